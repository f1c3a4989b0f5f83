"""The registration desk: one form, one person after the other, keyboard first."""
