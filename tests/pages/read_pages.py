"""What an AppTest's page says: all texts of all of its elements, and all that it sends."""

import json

from google.protobuf.message import Message

# Fields of Streamlit's messages that hold no text for people
_UNSEEN = {
    "id", "element_id", "key", "icon", "url", "form_id", "page", "page_script_hash", "query_params", "color", "css",
    "user_key", "language", "spec", "component_name", "js_content", "css_content", "html_content", "query_string",
    "class_name", "file_urls_json", "width", "fragment_id", "type", "registration_id", "column_config", "datasets",
}  # fmt: skip


def strings(message):
    """All texts of a message of Streamlit's, but keys, styles and code."""
    for field, value in message.ListFields():
        if field.name in _UNSEEN:
            continue
        for one in value if isinstance(value, list) or hasattr(value, "extend") else [value]:
            if isinstance(one, str):
                yield from json_strings(one) if one.startswith(("{", "[")) else [one]
            elif isinstance(one, Message):
                yield from strings(one)


def json_strings(text):
    """The texts of a component's data; numbers, keys and base64 left out."""
    try:
        data = json.loads(text)
    except ValueError:
        yield text
        return
    ahead = [data]
    while ahead:
        part = ahead.pop()
        if isinstance(part, dict):
            ahead += [value for key, value in part.items() if key not in ("base64", "activation", "kind", "type", "id")]
        elif isinstance(part, list):
            ahead += part
        elif isinstance(part, str):
            yield part


def all_texts(at):
    """Everything that a page shows or reads out, code blocks left out."""
    found = set()
    for root in (at.main, at.sidebar):
        ahead = [root]
        while ahead:
            node = ahead.pop()
            ahead += list(getattr(node, "children", {}).values())
            proto = getattr(node, "proto", None)
            if isinstance(proto, Message) and getattr(node, "type", "") not in ("code", "arrow_vega_lite_chart"):
                found |= set(strings(proto))
    return found


def everything(at):
    """All bytes that are sent to the browser, charts and components as well, and the address."""
    parts, ahead = [], [at.main, at.sidebar]
    while ahead:
        node = ahead.pop()
        ahead += list(getattr(node, "children", {}).values())
        if isinstance(proto := getattr(node, "proto", None), Message):
            parts.append(proto.SerializeToString())
    return b"".join(parts) + repr(dict(at.query_params)).encode()
