/** Functions of the generated code by name, in the order in which they are written. */
export const pythonHelpers: readonly (readonly [string, string])[] = [
  [
    'text_of',
    `def text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if value == int(value) else str(value)
    raise ValueError("a value that the request needs is missing, or is no text")`,
  ],
  [
    'needed',
    `def needed(value: Any) -> Any:
    if value is None:
        raise ValueError("a value that the request needs is missing")
    return value`,
  ],
  [
    'is_empty',
    `def is_empty(value: Any) -> bool:
    return value is None or value == ""`,
  ],
  [
    'or_else',
    `def or_else(value: Any, instead: Any) -> Any:
    return instead if is_empty(value) else value`,
  ],
  [
    'digits',
    `def digits(value: Any) -> str:
    return re.sub("[^0-9]", "", text_of(value))`,
  ],
  [
    'to_integer',
    `def to_integer(value: Any) -> int:
    text = text_of(value).strip()
    if re.fullmatch("[+-]?[0-9]+", text) is None:
        raise ValueError("a value that the request needs is no whole number")
    return int(text)`,
  ],
  [
    'to_number',
    `def to_number(value: Any) -> float:
    number = float(text_of(value).strip())
    if not math.isfinite(number):
        raise ValueError("a value that the request needs is no number")
    return number`,
  ],
  [
    'to_boolean',
    `def to_boolean(value: Any) -> bool:
    text = text_of(value).strip().lower()
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise ValueError("a value that the request needs is neither true nor false")`,
  ],
  [
    'base64_of',
    `def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()`,
  ],
  [
    'encoded',
    `def encoded(value: Any) -> str:
    return urllib.parse.quote(text_of(value), safe="")`,
  ],
  [
    'segment',
    `def segment(value: Any) -> str:
    """One segment of a path, whatever the value: it leads nowhere else."""
    text = text_of(value)
    if text in ("", ".", ".."):
        raise ValueError("a value cannot be part of the address")
    return urllib.parse.quote(text, safe="")`,
  ],
  [
    'host',
    `def host(value: Any) -> str:
    """A part of the host's name, whatever the value: it leads to no other host."""
    text = text_of(value)
    if re.fullmatch(r"[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*", text) is None:
        raise ValueError("a setting cannot be part of the address")
    return text`,
  ],
  [
    'fields',
    `def fields(*given: Tuple[Any, ...]) -> List[Tuple[str, str]]:
    """Pairs of a form or a query; a list gives one pair for each of its values."""
    pairs: List[Tuple[str, str]] = []
    for name, value, *optional in given:
        if optional and is_empty(value):
            continue
        for each in value if isinstance(value, list) else [value]:
            pairs.append((name, text_of(each)))
    return pairs`,
  ],
  [
    'with_query',
    `def with_query(url: str, pairs: List[Tuple[str, str]]) -> str:
    if not pairs:
        return url
    return url + ("&" if "?" in url else "?") + urllib.parse.urlencode(pairs)`,
  ],
  [
    'parts',
    `def parts(*given: Optional[Dict[str, str]]) -> List[Dict[str, str]]:
    return [part for part in given if part is not None]`,
  ],
  [
    'part',
    `def part(name: str, value: Any, is_optional: bool = False) -> Optional[Dict[str, str]]:
    return None if is_optional and is_empty(value) else {"name": name, "value": text_of(value)}`,
  ],
  [
    'with_file',
    `def with_file(value: Any, mark: str, file_path: str) -> List[Any]:
    """JSON with the bytes of the file, in base64, in the place of the mark: they never come into the sandbox."""
    before, *after = json.dumps(value, ensure_ascii=False).split(mark)
    pieces: List[Any] = [before]
    for text in after:
        pieces += [{"file_base64": file_path}, text]
    return pieces`,
  ],
  [
    'fax_answer',
    `def fax_answer(response: HttpResponse, answer: Mapping[str, Any]) -> Dict[str, Any]:
    """What the provider's answer says of a fax."""
    refuse_faults(response)
    job_id = id_of(response, answer.get("jobId"))
    if not is_success(response, answer):
        return {"job_id": job_id, "status": "failed", **fault_of(response, answer)}
    if "jobId" in answer and job_id is None:
        return {
            "job_id": None,
            "status": "unknown",
            "error": "the answer holds no id of the fax",
            "error_code": "no_provider_id",
        }
    return {"job_id": job_id, **status_of(response, answer)}`,
  ],
  [
    'cancel_answer',
    `def cancel_answer(response: HttpResponse, answer: Mapping[str, Any]) -> Dict[str, Any]:
    """A fax that could not be cancelled stays as it is."""
    refuse_faults(response)
    if not is_success(response, answer):
        return {"status": "unknown", **fault_of(response, answer)}
    return status_of(response, answer)`,
  ],
  [
    'refuse_faults',
    `def refuse_faults(response: HttpResponse) -> None:
    """Faults of the account or in passing are the platform's to handle: it knows whether to ask again."""
    if response.status < 500 and response.status not in (401, 403, 408, 425, 429):
        return
    body = response.body if isinstance(response.body, str) else json.dumps(response.body)
    raise HttpError(response.status, response.headers, body)`,
  ],
  [
    'is_success',
    `def is_success(response: HttpResponse, answer: Mapping[str, Any]) -> bool:
    status = str(response.status)
    expected = any(
        status == form or (form.endswith("xx") and status[:1] == form[:1])
        for form in answer["success"]
    )
    return expected and all(holds(response.body, condition) for condition in answer["when"])`,
  ],
  [
    'holds',
    `def holds(body: Any, condition: Mapping[str, Any]) -> bool:
    value = value_at(body, condition["path"])
    if "values" in condition:
        return any(json.dumps(each) == json.dumps(value) for each in condition["values"])
    return (value is not None) == condition["exists"]`,
  ],
  [
    'status_of',
    `def status_of(response: HttpResponse, answer: Mapping[str, Any]) -> Dict[str, Any]:
    """A word that the map does not know is unknown, never a success."""
    value = found(response, answer.get("status"))
    if is_empty(value):
        return {"status": answer["unsaid"]}
    word = text_of(value)
    status = answer["statuses"].get(word)
    if status is None:
        status = next(
            (each["status"] for each in answer["ranges"] if is_within(word, each["min"], each["max"])),
            "unknown",
        )
    return {"status": status, "provider_status": word}`,
  ],
  [
    'is_within',
    `def is_within(word: str, least: Optional[float], most: Optional[float]) -> bool:
    if least is None and most is None:
        return True
    try:
        number = float(word)
    except ValueError:
        return False
    return (least is None or number >= least) and (most is None or number <= most)`,
  ],
  [
    'fault_of',
    `def fault_of(response: HttpResponse, answer: Mapping[str, Any]) -> Dict[str, Any]:
    error, code = found(response, answer.get("error")), found(response, answer.get("errorCode"))
    return {
        "error": f"HTTP {response.status}" if is_empty(error) else text_of(error)[:500],
        "error_code": None if is_empty(code) else text_of(code)[:100],
    }`,
  ],
  [
    'pages_of',
    `def pages_of(response: HttpResponse, answer: Mapping[str, Any]) -> Optional[int]:
    pages = found(response, answer.get("pages"))
    try:
        return None if is_empty(pages) else to_integer(pages)
    except ValueError:
        return None`,
  ],
  [
    'id_of',
    `def id_of(response: HttpResponse, extract: Optional[Mapping[str, Any]]) -> Optional[str]:
    value = found(response, extract)
    return None if is_empty(value) or isinstance(value, (dict, list)) else text_of(value)`,
  ],
  [
    'found',
    `def found(response: HttpResponse, extract: Optional[Mapping[str, Any]]) -> Any:
    if extract is None:
        return None
    fallback = extract.get("fallback")
    value = raw_value(response, extract)
    if is_empty(value):
        return fallback
    if "pattern" not in extract:
        return value
    match = re.search(extract["pattern"], text_of(value))
    if match is None:
        return fallback
    return match.group(1) if match.re.groups > 0 else match.group(0)`,
  ],
  [
    'raw_value',
    `def raw_value(response: HttpResponse, extract: Mapping[str, Any]) -> Any:
    if extract["source"] == "header":
        return response.headers.get(extract["name"])
    if extract["source"] == "status":
        return response.status
    return value_at(response.body, extract.get("path", []))`,
  ],
  [
    'value_at',
    `def value_at(value: Any, path: Sequence[Any]) -> Any:
    for name in path:
        if isinstance(value, dict) and str(name) in value:
            value = value[str(name)]
        elif isinstance(value, list) and isinstance(name, int) and name < len(value):
            value = value[name]
        else:
            return None
    return value`,
  ],
];
