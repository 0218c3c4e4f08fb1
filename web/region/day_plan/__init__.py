"""The region's day of home visits: looked at, improved, tried without somebody, announced."""
