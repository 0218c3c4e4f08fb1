from workflow.models.due_step import DueStep
from workflow.models.heartbeat import Heartbeat
from workflow.models.message import DemoDelivery, Message, MessageEvent
from workflow.models.phone_call import PhoneCall

__all__ = ["DemoDelivery", "DueStep", "Heartbeat", "Message", "MessageEvent", "PhoneCall"]
