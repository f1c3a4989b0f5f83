"""The pages of a policy: its rules in words, its versions, one person tried, is it ready."""
