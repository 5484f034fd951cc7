"""Signs in as people of a fresh server do. Prints the access token of its owner and of the administrator of a
tenant that the owner makes. Python's own library only.

    python3 scripts/api-check.py URL PASSWORD      PASSWORD: the one that the first start printed
"""

import json
import re
import sys
import urllib.request

URL, PASSWORD = sys.argv[1:]
FRESH = "a-password-for-the-test"


def ask(method, path, body=None, token=None):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = "Bearer " + token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + "/api/v1" + path, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        read = answer.read()
    return json.loads(read) if read else None


def sign_in(email, password):
    return ask("POST", "/auth/login", {"email": email, "password": password})["access_token"]


token = sign_in("owner@localhost", PASSWORD)
ask("POST", "/me/password", {"current_password": PASSWORD, "new_password": FRESH}, token)
owner = sign_in("owner@localhost", FRESH)
tenant = {"company_name": "Test", "slug": "test", "timezone": "America/Chicago", "admin_email": "ann@example.com"}
ask("POST", "/admin/tenants", tenant, owner)
mails = ask("GET", "/admin/mailbox", token=owner)["data"]
mail = next(mail["body"] for mail in mails if mail["recipient"] == "ann@example.com")
invite = re.search(r"token=([0-9a-f]+)", mail).group(1)
ask("POST", "/auth/invites/accept", {"token": invite, "password": FRESH, "name": "Ann"})
print(owner, sign_in("ann@example.com", FRESH))
