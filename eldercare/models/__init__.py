from eldercare.models.consent import Consent, Representative
from eldercare.models.customer import Customer, Need
from eldercare.models.eligibility import EligibilityDecision
from eldercare.models.escort import Escort, EscortEvent
from eldercare.models.reveal import Reveal
from eldercare.models.service import Service, ServiceEvent, ServiceVersion
from eldercare.models.sign_in import SignInCode

__all__ = [
    "Consent",
    "Customer",
    "EligibilityDecision",
    "Escort",
    "EscortEvent",
    "Need",
    "Representative",
    "Reveal",
    "Service",
    "ServiceEvent",
    "ServiceVersion",
    "SignInCode",
]
