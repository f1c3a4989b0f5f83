"""What is paid out to people: amounts due, batches for the bank, what came back."""
