"""Who may come in and do what: passwords, sessions, permissions, and the guard in front of every answer."""
