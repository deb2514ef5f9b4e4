"""Programs that start the processes of a training, told from trainings that start helpers."""
