"""The catalog as a whole: its transactions, upgrades, copies."""
