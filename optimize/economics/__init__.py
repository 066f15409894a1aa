"""What an offering is expected to bring: orders that are accepted, money by driver, work, and service."""
