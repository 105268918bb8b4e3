"""Due times of a session's check-ins, days and quiet hours by the patient's clock, and merging of sessions."""
