"""Whether JSON-LD is schema.org: held against the vocabulary's own SHACL shapes, which pyshacl carries with it, offline.

Beside the ranges, which the shapes say, it is asked of every property that it exists and belongs to a type of its node.
"""

import pickle
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SH

SCHEMA = Namespace("http://schema.org/")
# Newer than the file: https://schema.org/archivedAt, of a CreativeWork, a URL or a WebPage.
_NEWER = """
@prefix schema: <http://schema.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
schema:CreativeWork sh:property [ a sh:PropertyShape ; sh:path schema:archivedAt ; sh:nodeKind sh:IRI ] .
"""
_DAY, _MOMENT = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")


@cache
def vocabulary() -> Graph:
    # As it was read from schema.ttl beside it: reading that takes five times as long.
    store, name = pickle.loads((Path(pyshacl.__file__).parent / "assets" / "schema.pickle").read_bytes())
    return Graph(store=store, identifier=name).parse(data=_NEWER, format="turtle")


@cache
def kinds_of(name: URIRef) -> frozenset[URIRef]:
    """A class with those above it."""
    return frozenset(vocabulary().transitive_objects(name, RDFS.subClassOf))  # type: ignore[arg-type]


@cache
def properties_of(name: URIRef) -> frozenset[Any]:
    """What a node of this class may have: what says a shape of it, or of a class above it."""
    shapes = vocabulary()
    return frozenset(
        path
        for kind in kinds_of(name)
        for shape in shapes.objects(kind, SH.property)
        for path in shapes.objects(shape, SH.path)
    )


@cache
def is_address(name: str) -> bool:
    """Whether the values of a property, given as strings, are read as addresses."""
    shapes = vocabulary()
    of_name = list(shapes.subjects(SH.path, SCHEMA[name]))
    texts = {
        kind
        for shape in of_name
        for inner in [shape, *(one for rest in shapes.objects(shape, SH["or"]) for one in shapes.items(rest))]
        for kind in shapes.objects(inner, SH.datatype)
    }
    return bool(of_name) and not texts or name in ("url", "sameAs", "license", "logo", "archivedAt")


def as_graph(told: dict[str, Any]) -> Graph:
    """The JSON-LD as triples: with the context that it names, in place of the one that a reader would fetch."""
    context = told["@context"]
    assert context[0] == "https://schema.org"
    own = context[1]
    plain = _typed({name: value for name, value in told.items() if name != "@context"}, own)
    return Graph().parse(data=plain | {"@context": [{"@vocab": str(SCHEMA)}, own]}, format="json-ld")


def _typed(node: Any, own: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_typed(one, own) for one in node]
    if isinstance(node, int):  # a Number of schema.org, which the shapes have as a float
        return {"@value": str(node), "@type": str(XSD.float)}
    if not isinstance(node, dict):
        return node
    typed = {}
    for name, value in node.items():
        if name.startswith("@") or name in own or not isinstance(value, str | list):
            typed[name] = _typed(value, own)
        elif isinstance(value, list):
            typed[name] = [
                {"@id": one} if isinstance(one, str) and is_address(name) else _typed(one, own)
                for one in value
            ]
        elif name.startswith("date"):
            assert _DAY.fullmatch(value) or _MOMENT.fullmatch(value), (name, value)
            typed[name] = {"@value": value, "@type": str(XSD.dateTime if "T" in value else XSD.date)}
        else:
            typed[name] = {"@id": value} if is_address(name) else value
    return typed


def findings(*told: dict[str, Any]) -> list[str]:
    """What is wrong with it; empty when it is schema.org through and through."""
    data = Graph()
    for one in told:
        data += as_graph(one)
    wrong = _unknown(data)
    used = {kind for kind in data.objects(None, RDF.type) if str(kind).startswith(str(SCHEMA))}
    conforms, _, text = pyshacl.validate(
        data, shacl_graph=_shapes_of(used), ont_graph=_classes(), inference="none"
    )
    return wrong if conforms else [*wrong, text]


def _shapes_of(used: set[Any]) -> Graph:
    """The shapes of the classes that are used, and of those above them: the others would be asked in vain."""
    whole, part = vocabulary(), Graph()
    kinds = {above for kind in used for above in kinds_of(kind)}
    ahead: list[Any] = list(kinds)
    seen = set(ahead)
    while ahead:
        node = ahead.pop()
        for triple in whole.triples((node, None, None)):
            part.add(triple)
            inner = triple[2]
            follows = triple[1] == SH.property or not isinstance(inner, URIRef | Literal)
            if follows and inner not in seen:
                seen.add(inner)
                ahead.append(inner)
    return part


@cache
def _classes() -> Graph:
    classes = Graph()
    for triple in vocabulary().triples((None, RDFS.subClassOf, None)):
        classes.add(triple)
    return classes


def _unknown(data: Graph) -> list[str]:
    wrong = []
    for node, name, value in data:
        if name == RDF.type:
            if str(value).startswith(str(SCHEMA)) and (value, RDF.type, RDFS.Class) not in vocabulary():
                wrong.append(f"there is no class {value}")
        elif str(name).startswith(str(SCHEMA)):
            kinds = [kind for kind in data.objects(node, RDF.type) if str(kind).startswith(str(SCHEMA))]
            # A node of our own kind may have what everything may have.
            allowed = {path for kind in kinds or [SCHEMA.Thing] for path in properties_of(kind)}  # type: ignore[arg-type]
            if name not in allowed:
                wrong.append(f"{name} is no property of {[str(kind) for kind in kinds]}")
    return wrong
