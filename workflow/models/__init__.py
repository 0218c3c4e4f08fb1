from workflow.models.due_step import DueStep
from workflow.models.message import DemoDelivery, Message

__all__ = ["DemoDelivery", "DueStep", "Message"]
