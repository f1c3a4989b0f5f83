"""How far every place has come: roll-ups, the dashboard, the `progress` command."""
