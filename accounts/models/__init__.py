from accounts.models.region import Region
from accounts.models.user import User

__all__ = ["Region", "User"]
