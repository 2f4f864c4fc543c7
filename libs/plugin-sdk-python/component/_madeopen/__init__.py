"""Python's half of the guest: it runs plugins, and is no border. The sandbox around it checks all it says."""
