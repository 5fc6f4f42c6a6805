"""Page objects: elements found by role and label, actions named as users would name them."""
