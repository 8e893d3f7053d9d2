"""The bill of materials, as SPDX 2.3 JSON (spdx.github.io/spdx-spec/v2.3)."""

import hashlib
import json


def _entry(package, is_shipped):
    licences = f"/usr/share/doc/{package.name}/copyright" if is_shipped else "not in the image"
    return {
        "SPDXID": f"SPDXRef-Package-{package.name}", "name": package.name, "versionInfo": package.version,
        "supplier": "Organization: Debian", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
        "comment": f"Licences: {licences}", "sourceInfo": f"built from {package.source}",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator":
                          f"pkg:deb/debian/{package.name}@{package.version}?arch={package.architecture}"}],
    }


def render(version, revision, created, shipped, linked):
    """`shipped`: the set of packages whose files are in the image; `linked`: those that only the programs were built with."""
    weft = {"SPDXID": "SPDXRef-Package-weft", "name": "weft", "versionInfo": version, "filesAnalyzed": False,
            "downloadLocation": "NOASSERTION", "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0",
            "copyrightText": "NOASSERTION", "sourceInfo": f"revision {revision}"}
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                  "relatedSpdxElement": weft["SPDXID"]}]
    for kind, packages in (("CONTAINS", shipped), ("BUILD_DEPENDENCY_OF", linked)):
        for package in sorted(packages):
            pair = [weft["SPDXID"], f"SPDXRef-Package-{package.name}"]
            first, second = pair if kind == "CONTAINS" else reversed(pair)
            relations.append({"spdxElementId": first, "relationshipType": kind, "relatedSpdxElement": second})
    body = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"weft-{version}",
            "creationInfo": {"created": created, "creators": ["Tool: weft-image"]},
            "packages": [weft, *(_entry(package, package in shipped) for package in sorted(shipped | linked))],
            "relationships": relations}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    body["documentNamespace"] = f"https://weft.network/spdx/{digest}"
    return json.dumps(body, indent=1).encode()
