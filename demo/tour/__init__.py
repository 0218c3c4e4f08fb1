"""The guided tour: the whole main job through HTTP, as people would do it."""
