"""The rules that bind a district. One file a policy; adding a policy is adding a file."""
