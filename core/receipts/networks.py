"""Each network as the lines of a script that define and make it, in the handout's style."""

from dataclasses import dataclass

from core.lab.places import imported
from core.specs import CNNSpec, MLPSpec, ResNet18Spec
from core.specs.models import AnyModelSpec

# Behind the network, where its convolutions are faster with the pictures in this layout
LAYOUT = ".to(memory_format=torch.channels_last)"
LAYOUT_COMMENT = "  # the faster layout on a CPU"


@dataclass(frozen=True)
class NetworkCode:
    """The lines of a network.

    Attributes
    ----------
    definition : str
        Its class, or a function that makes it.
    arguments : dict of str to str
        What that is called with, as code: by position in a plain script, by name by skorch.
    settings : tuple of str
        Lines among the hyper-parameters.
    imports : tuple of str
    drawn : str
        What is drawn from the seed.
    end_of_init : str
        The last lines of its constructor, behind which skorch's script sets the layout; empty where it is set already.
    """

    definition: str
    arguments: dict[str, str]
    settings: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    drawn: str = "the initial weights"
    end_of_init: str = ""


def network_code(model: AnyModelSpec) -> NetworkCode:
    """The lines of any network."""
    code: NetworkCode = imported(model.code)(model)
    return code


def begin(model: AnyModelSpec) -> str:
    """Lines that make the network of a script, and bring the pictures into its layout."""
    code = network_code(model)
    call = f"{model.class_name}({', '.join(code.arguments.values())})"
    layout, comment = (LAYOUT, LAYOUT_COMMENT) if model.channels_last else ("", "")
    lines = [f"torch.manual_seed(seed)  # {code.drawn}", f"model = {call}{layout}.to(device){comment}"]
    if model.channels_last:
        lines += [f"{pictures} = {pictures}{LAYOUT}" for pictures in ("X_train", "X_test")]
    return "\n".join(lines)


def for_skorch(model: AnyModelSpec) -> str:
    """The definition alone; skorch makes the network, so it has to bring itself into its layout."""
    code = network_code(model)
    if not (model.channels_last and code.end_of_init):
        return code.definition
    layout = f"        self{LAYOUT}{LAYOUT_COMMENT}\n"
    return code.definition.replace(code.end_of_init, f"{code.end_of_init}{layout}")


def mlp_code(spec: MLPSpec) -> NetworkCode:
    """Question 1."""
    arguments = {"D_in": "3 * 32 * 32", "H": "H", "D_out": "len(classes)"}
    return NetworkCode(_MLP, arguments, settings=(f"H = {spec.H}",), imports=("import torch.nn.functional as F",))


def cnn_code(spec: CNNSpec) -> NetworkCode:
    """Question 3."""
    lines = []
    for i, (n_in, n_out, _) in enumerate(spec.convolutions()):
        lines.append(f"nn.Conv2d(in_channels={n_in}, out_channels={n_out}, kernel_size=3, padding=1),")
        if spec.batch_norm:
            lines.append(f"nn.BatchNorm2d({n_out}),")
        lines.append("nn.LeakyReLU(inplace=True),")
        if i % 2:
            lines.append("nn.MaxPool2d(kernel_size=2, stride=2),")
    convolutions = "\n".join(f"            {line}" for line in lines)
    definition = _CNN.format(convolutions=convolutions, dropout=repr(spec.dropout), channels2=spec.channels2)
    return NetworkCode(
        definition,
        {"n_classes": "len(classes)"},
        drawn="the initial weights and dropout",
        end_of_init="512, n_classes),\n        )\n",
    )


def resnet18_code(spec: ResNet18Spec) -> NetworkCode:
    """torchvision's, with all its weights drawn."""
    return NetworkCode(_RESNET18, {"n_classes": "len(classes)"}, imports=("from torchvision import models",))


_MLP = """\
class MultiLayerFCNet(nn.Module):
    def __init__(self, D_in, H, D_out):
        super().__init__()
        self.linear1 = nn.Linear(D_in, H)
        self.linear2 = nn.Linear(H, H)
        self.linear3 = nn.Linear(H, H)
        self.linear4 = nn.Linear(H, D_out)

    def forward(self, x):
        x = x.reshape(-1, 3 * 32 * 32)
        x = F.relu(self.linear1(x))
        x = F.relu(self.linear2(x))
        x = F.relu(self.linear3(x))
        x = self.linear4(x)
        return F.log_softmax(x, dim=1)"""

_CNN = """\
class CNN(nn.Module):
    def __init__(self, n_classes):
        super().__init__()
        self.conv_layer = nn.Sequential(
{convolutions}
        )
        self.fc_layer = nn.Sequential(
            nn.Dropout(p={dropout}),
            nn.Linear(8 * 8 * {channels2}, 1000),
            nn.ReLU(inplace=True),
            nn.Linear(1000, 512),
            nn.ReLU(inplace=True),
            nn.Dropout(p={dropout}),
            nn.Linear(512, n_classes),
        )

    def forward(self, x):
        x = self.conv_layer(x)
        x = x.reshape(x.size(0), -1)
        return self.fc_layer(x)"""

_RESNET18 = f"""\
def resnet18(n_classes):
    return models.resnet18(num_classes=n_classes){LAYOUT}{LAYOUT_COMMENT}"""
