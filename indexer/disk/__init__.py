"""What lies on the disks below the watched folders, and what changed there."""
