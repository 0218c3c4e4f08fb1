from eldercare.models.consent import Consent, ConsentEvent, ConsentPaper, Representative
from eldercare.models.customer import Customer, Need
from eldercare.models.eligibility import EligibilityDecision
from eldercare.models.erasure import ErasureRequest
from eldercare.models.escort import Escort, EscortEvent
from eldercare.models.escort_record import EscortStep, Loan
from eldercare.models.identity import CustomerEvent, IdentityCheck
from eldercare.models.kept import KeptAction
from eldercare.models.reveal import Reveal
from eldercare.models.service import ReviewComment, Service, ServiceEvent, ServiceVersion
from eldercare.models.sign_in import SignInCode

__all__ = [
    "Consent",
    "ConsentEvent",
    "ConsentPaper",
    "Customer",
    "CustomerEvent",
    "EligibilityDecision",
    "ErasureRequest",
    "Escort",
    "EscortEvent",
    "EscortStep",
    "IdentityCheck",
    "KeptAction",
    "Loan",
    "Need",
    "Representative",
    "Reveal",
    "ReviewComment",
    "Service",
    "ServiceEvent",
    "ServiceVersion",
    "SignInCode",
]
