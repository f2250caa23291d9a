"""Power cycling: policy and cycler decide, the journal remembers, the driver acts."""
