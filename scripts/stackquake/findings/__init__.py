"""What a campaign finds: replayed, made smaller, and stored."""
