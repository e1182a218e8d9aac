"""What only the demo asks: what its people can see, and what its schedules would ask for."""
