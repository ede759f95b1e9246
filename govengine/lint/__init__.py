"""What policies say that their authors may not have meant: findings beyond what compiling tells."""
