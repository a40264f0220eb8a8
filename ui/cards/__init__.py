"""Cards: one question each, answered by a sentence, a chart and the table behind it."""
