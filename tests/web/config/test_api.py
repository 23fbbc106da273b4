"""The API as a whole: its description validates, and every refusal is problem+json."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

pytestmark = pytest.mark.django_db


def check_problem(response: HttpResponse, status: int) -> None:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == status
    assert body["title"]
    assert body["type"]


def test_the_description_is_openapi_3_1_and_valid(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(described).validate()
    assert described["info"]["title"] == "Corridor"


def test_every_operation_says_what_it_is_and_has_its_own_name(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    assert operations
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert [operation["operationId"] for operation in operations if not operation.get("summary")] == []


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/nothing", "/api/v1/find/nothing/at/all", "/api/v1/"]
)
def test_an_unknown_address_is_a_problem(client: Client, path: str) -> None:
    check_problem(client.get(path), 404)


def test_an_unknown_method_is_a_problem_that_names_the_known_ones(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    path = next(path for path, item in described["paths"].items() if "{" not in path and set(item) == {"get"})
    response = client.delete(path)
    check_problem(response, 405)
    assert "GET" in response["Allow"]


LISTS = [
    "find/pairs/PAK/CHN/opportunities",
    "registry/organisations",
    "registry/listings",
    "match/matches",
    "meet/events",
    "plan/programmes",
    "deliver/public",
]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("part", ["offset", "limit"])
def test_a_number_too_large_for_the_database_is_a_problem(client: Client, path: str, part: str) -> None:
    check_problem(client.get(f"/api/v1/{path}?{part}=99999999999999999999"), 422)
    assert client.get(f"/api/v1/{path}?offset=1000000").status_code == 200
