"""What authors of Made Open plugins in Python import."""

from .context import (
    EntityPage,
    HostContext,
    PluginCheckpoint,
    PluginContext,
    PluginCrypto,
    PluginData,
    PluginLogger,
    PluginSignal,
    WebhookDelivery,
)
from .errors import HttpError, PluginError
from .fax import FaxFile, FaxPlugin, FaxStatus, SendResult, StatusResult
from .files import FileHandle, PluginFiles
from .http import Form, HttpResponse, PluginHttp
from .items import AnyItem, DataItem, ItemType
from .messages import (
    CallResult,
    MessageResult,
    OutboundAttachment,
    OutboundCall,
    OutboundMessage,
    SubscriptionRequest,
)
from .paginate import paginate
from .plugins import ChannelPlugin, ConnectorPlugin, OperatorPlugin, RuleOperator
from .require_config import require_config
from .with_retry import with_retry

#: The name that JavaScript plugins know.
ConnectorDataItem = DataItem

__version__ = "0.1.0"

__all__ = [
    "AnyItem",
    "CallResult",
    "ChannelPlugin",
    "ConnectorDataItem",
    "ConnectorPlugin",
    "DataItem",
    "EntityPage",
    "FaxFile",
    "FaxPlugin",
    "FaxStatus",
    "FileHandle",
    "Form",
    "HostContext",
    "HttpError",
    "HttpResponse",
    "ItemType",
    "MessageResult",
    "OperatorPlugin",
    "OutboundAttachment",
    "OutboundCall",
    "OutboundMessage",
    "PluginCheckpoint",
    "PluginContext",
    "PluginCrypto",
    "PluginData",
    "PluginError",
    "PluginFiles",
    "PluginHttp",
    "PluginLogger",
    "PluginSignal",
    "RuleOperator",
    "SendResult",
    "StatusResult",
    "SubscriptionRequest",
    "WebhookDelivery",
    "paginate",
    "require_config",
    "with_retry",
]
