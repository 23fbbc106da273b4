"""Events, meetings, schedules."""
