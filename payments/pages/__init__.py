"""What people see of payments: files taken in, open payments, one case, and the API."""
