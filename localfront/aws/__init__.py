"""The AWS environment of this process."""
