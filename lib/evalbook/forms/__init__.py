"""Self-evaluation forms 绩效自评表: read as cases, and written back (docs/forms.md)."""
