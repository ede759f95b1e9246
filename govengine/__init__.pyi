from govengine.answers.explain import Explanation as Explanation
from govengine.api.errors import GovengineError, NoMeshError, RequestError, SpecError
from govengine.api.mesh import Mesh, open_mesh
from govengine.api.policy import Policy
from govengine.api.rendering import render
from govengine.diagnostics import Diagnostic
from govengine.model.verdict import Part, Report, Verdict
from govengine.model.verdict import ProductResult as Product

__version__: str
LANGUAGE_VERSION: str
_NAMES: dict[str, tuple[str, str]]

__all__ = [
    "LANGUAGE_VERSION",
    "Diagnostic",
    "Explanation",
    "GovengineError",
    "Mesh",
    "NoMeshError",
    "Part",
    "Policy",
    "Product",
    "Report",
    "RequestError",
    "SpecError",
    "Verdict",
    "__version__",
    "open_mesh",
    "render",
]
