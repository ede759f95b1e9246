"""What commands answer beyond a run: a policy or verdict explained, what holds, what a change would do, edits."""
