"""Case data in: schema, reading, linking of two forms, privacy at the door, synthetic pilots."""
