"""Whole scripts with one planted bug each, written by somebody who had not read the rules.

When they were written, the rules found the disease in 18 of the 22 (82 %): two convolutions in a row, pixels that were
scaled by nothing (the script had a layer of 128 units), pictures shuffled alone, and a joined set under another name
than "train" were missed. The rules have learnt from them since.
"""

from textwrap import dedent

_HEAD = """
import torch, torch.nn as nn, torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split, Subset
from torchvision import datasets, transforms
device = "cuda" if torch.cuda.is_available() else "cpu"
tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
train_ds = datasets.CIFAR10("data", train=True, download=True, transform=tf)
test_ds = datasets.CIFAR10("data", train=False, download=True, transform=tf)
"""
_LOADERS = """
train_dl = DataLoader(train_ds, batch_size=64, shuffle=True, drop_last=True)
test_dl = DataLoader(test_ds, batch_size=256)
"""
_NET = """
class Net(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        self.fc1 = nn.Linear(3 * 32 * 32, width)
        self.fc2 = nn.Linear(width, 10)

    def forward(self, x):
        x = torch.flatten(x, 1)
        return self.fc2(F.relu(self.fc1(x)))
"""


def _script(*parts: str) -> str:
    return "\n".join(dedent(part).strip("\n") for part in parts) + "\n"


BLIND = [
    ("no_zero_grad", "loss.backward()", _script(_HEAD, _LOADERS, _NET, """
        net = Net().to(device)
        optimiser = torch.optim.SGD(net.parameters(), lr=1e-2, momentum=0.9)
        for epoch in range(10):
            running = 0.0
            for i, (inputs, targets) in enumerate(train_dl, 0):
                inputs, targets = inputs.to(device), targets.to(device)
                out = net(inputs)
                loss = F.cross_entropy(out, targets)
                loss.backward()
                optimiser.step()
                running += loss.item()
            print(epoch, running / len(train_dl))
        """)),
    ("no_zero_grad", "loss.backward()", _script(_HEAD, _LOADERS, _NET, """
        def train_one_epoch(model, loader, opt):
            model.train()
            for batch in loader:
                x, y = (t.to(device) for t in batch)
                loss = F.cross_entropy(model(x), y)
                loss.backward()
                opt.step()

        model = Net().to(device)
        opt = torch.optim.Adam(model.parameters())
        opt.zero_grad()
        for _ in range(5):
            train_one_epoch(model, train_dl, opt)
        """)),
    ("softmax_before_loss", "softmax", _script(_HEAD, _LOADERS, """
        class Classifier(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Flatten(), nn.Linear(3072, 256), nn.ReLU())
                self.out = nn.Linear(256, 10)
            def forward(self, images):
                return torch.softmax(self.out(self.body(images)), dim=-1)

        net = Classifier()
        criterion = nn.CrossEntropyLoss()
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)
        for x, y in train_dl:
            opt.zero_grad()
            criterion(net(x), y).backward()
            opt.step()
        """)),
    ("softmax_before_loss", "Softmax", _script(_HEAD, _LOADERS, """
        model = nn.Sequential(
            nn.Flatten(),
            nn.Linear(3072, 100),
            nn.ReLU(),
            nn.Linear(100, 10),
            nn.Softmax(dim=1),
        )
        opt = torch.optim.SGD(model.parameters(), lr=0.1)
        for x, y in train_dl:
            opt.zero_grad(set_to_none=True)
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            opt.step()
        """)),
    ("log_softmax_over_batch", "dim=0", _script(_HEAD, _LOADERS, """
        class Mlp(nn.Module):
            def __init__(self):
                super().__init__()
                self.l1, self.l2 = nn.Linear(3072, 64), nn.Linear(64, 10)
            def forward(self, x):
                h = F.relu(self.l1(x.view(x.size(0), -1)))
                return F.log_softmax(self.l2(h), dim=0)

        m = Mlp()
        opt = torch.optim.Adam(m.parameters(), 1e-3)
        for x, y in train_dl:
            opt.zero_grad()
            F.nll_loss(m(x), y).backward()
            opt.step()
        """)),
    ("rate_too_high", "lr=5", _script(_HEAD, _LOADERS, _NET, """
        model = Net()
        optimizer = torch.optim.SGD(model.parameters(), lr=5, momentum=0.9)
        for xb, yb in train_dl:
            optimizer.zero_grad()
            F.cross_entropy(model(xb), yb).backward()
            optimizer.step()
        """)),
    ("rate_too_low", "LEARNING_RATE)", _script(_HEAD, _LOADERS, _NET, """
        LEARNING_RATE = 1e-8
        model = Net()
        optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
        for xb, yb in train_dl:
            optimizer.zero_grad()
            F.cross_entropy(model(xb), yb).backward()
            optimizer.step()
        """)),
    ("optimizer_of_another_model", "for xb, yb", _script(_HEAD, _LOADERS, _NET, """
        model_small = Net(32)
        model_large = Net(512)
        optimizer = torch.optim.Adam(model_small.parameters(), lr=1e-3)
        for epoch in range(3):
            for xb, yb in train_dl:
                optimizer.zero_grad()
                loss = F.cross_entropy(model_large(xb), yb)
                loss.backward()
                optimizer.step()
        """)),
    ("optimizer_of_another_model", "Net(256)", _script(_HEAD, _LOADERS, _NET, """
        net = Net()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
        net = Net(256).to(device)
        for xb, yb in train_dl:
            optimizer.zero_grad()
            F.cross_entropy(net(xb.to(device)), yb.to(device)).backward()
            optimizer.step()
        """)),
    ("all_but_head_frozen", "requires_grad", _script(_HEAD, _LOADERS, """
        class Cnn(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
                self.head = nn.Linear(16 * 15 * 15, 10)
            def forward(self, x):
                return self.head(self.features(x))

        cnn = Cnn()
        for p in cnn.features.parameters():
            p.requires_grad = False
        opt = torch.optim.Adam(cnn.head.parameters(), lr=1e-3)
        for xb, yb in train_dl:
            opt.zero_grad()
            F.cross_entropy(cnn(xb), yb).backward()
            opt.step()
        """)),
    ("no_relu", "nn.Linear", _script(_HEAD, _LOADERS, """
        net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 256), nn.Linear(256, 64), nn.Linear(64, 10))
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)
        for xb, yb in train_dl:
            opt.zero_grad()
            F.cross_entropy(net(xb), yb).backward()
            opt.step()
        """)),
    ("no_relu", "self.conv", _script(_HEAD, _LOADERS, """
        class ConvNet(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
                self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
                self.fc = nn.Linear(32 * 32 * 32, 10)
            def forward(self, x):
                x = self.conv1(x)
                x = self.conv2(x)
                return self.fc(x.flatten(1))

        net = ConvNet()
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)
        for xb, yb in train_dl:
            opt.zero_grad()
            F.cross_entropy(net(xb), yb).backward()
            opt.step()
        """)),
    ("zero_weights", "zeros_", _script(_HEAD, _LOADERS, _NET, """
        def init(m):
            if isinstance(m, nn.Linear):
                nn.init.zeros_(m.weight)
                nn.init.zeros_(m.bias)

        net = Net()
        net.apply(init)
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)
        for xb, yb in train_dl:
            opt.zero_grad()
            F.cross_entropy(net(xb), yb).backward()
            opt.step()
        """)),
    ("no_eval", "for xb, yb in loader", _script(_HEAD, _LOADERS, """
        net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10))
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)

        def evaluate(loader):
            right = total = 0
            with torch.inference_mode():
                for xb, yb in loader:
                    right += (net(xb).argmax(1) == yb).sum().item()
                    total += len(yb)
            return right / total

        for epoch in range(5):
            net.train()
            for xb, yb in train_dl:
                opt.zero_grad()
                F.cross_entropy(net(xb), yb).backward()
                opt.step()
            print(evaluate(test_dl))
        """)),
    ("last_batch_of_one", "DataLoader", _script(_HEAD, """
        few = Subset(train_ds, range(641))
        train_dl = DataLoader(few, batch_size=64, shuffle=True)
        net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10))
        opt = torch.optim.SGD(net.parameters(), lr=0.01)
        for xb, yb in train_dl:
            opt.zero_grad()
            F.cross_entropy(net(xb), yb).backward()
            opt.step()
        """)),
    ("inputs_to_255", "float()", _script("""
        import numpy as np, torch, torch.nn as nn
        from torchvision.datasets import CIFAR10
        raw = CIFAR10("data", train=True, download=True)
        X = torch.from_numpy(raw.data).permute(0, 3, 1, 2).float()
        y = torch.tensor(raw.targets)
        net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 128), nn.ReLU(), nn.Linear(128, 10))
        opt = torch.optim.SGD(net.parameters(), lr=0.01)
        for i in range(0, len(X), 32):
            opt.zero_grad()
            nn.functional.cross_entropy(net(X[i:i + 32]), y[i:i + 32]).backward()
            opt.step()
        """)),
    ("only_training_normalised", "test", _script("""
        from torchvision import datasets, transforms
        from torch.utils.data import DataLoader
        train_tf = transforms.Compose([
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize((0.49, 0.48, 0.45), (0.25, 0.24, 0.26)),
        ])
        test_tf = transforms.ToTensor()
        train = DataLoader(datasets.CIFAR10("d", True, train_tf), 64, shuffle=True)
        test = DataLoader(datasets.CIFAR10("d", False, test_tf), 64)
        """)),
    ("labels_apart", "perm", _script("""
        import torch
        images, labels = torch.load("set.pt")
        perm = torch.randperm(len(images))
        images = images[perm]
        n = int(0.8 * len(images))
        train_x, train_y = images[:n], labels[:n]
        test_x, test_y = images[n:], labels[n:]
        """)),
    ("sorted_by_class", "shuffle=False", _script(_HEAD, _NET, """
        order = sorted(range(len(train_ds)), key=lambda i: train_ds.targets[i])
        train_dl = DataLoader(Subset(train_ds, order), batch_size=32, shuffle=False)
        net = Net()
        opt = torch.optim.SGD(net.parameters(), lr=0.01)
        for xb, yb in train_dl:
            opt.zero_grad()
            F.cross_entropy(net(xb), yb).backward()
            opt.step()
        """)),
    ("test_in_training", "ConcatDataset", _script(_HEAD, """
        both = torch.utils.data.ConcatDataset([train_ds, test_ds])
        train_dl = DataLoader(both, batch_size=64, shuffle=True)
        test_dl = DataLoader(test_ds, batch_size=64)
        """)),
    ("weights_kept_between_folds", "model = nn", _script("""
        from sklearn.model_selection import KFold
        import torch, torch.nn as nn
        X, y = torch.load("set.pt")
        model = nn.Sequential(nn.Flatten(), nn.Linear(3072, 64), nn.ReLU(), nn.Linear(64, 10))
        scores = []
        for train_idx, val_idx in KFold(5, shuffle=True, random_state=0).split(X):
            opt = torch.optim.Adam(model.parameters(), lr=1e-3)
            for epoch in range(3):
                model.train()
                for i in range(0, len(train_idx), 32):
                    idx = train_idx[i:i + 32]
                    opt.zero_grad()
                    nn.functional.cross_entropy(model(X[idx]), y[idx]).backward()
                    opt.step()
            model.eval()
            with torch.no_grad():
                scores.append((model(X[val_idx]).argmax(1) == y[val_idx]).float().mean().item())
        print(sum(scores) / 5)
        """)),
    ("log_softmax_into_skorch", "NeuralNetClassifier", _script("""
        import torch.nn as nn, torch.nn.functional as F
        from skorch import NeuralNetClassifier
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Linear(3072, 64), nn.Linear(64, 10)
            def forward(self, X):
                X = F.relu(self.a(X.flatten(1)))
                return F.log_softmax(self.b(X), dim=1)
        net = NeuralNetClassifier(M, max_epochs=10, lr=0.1)
        net.fit(X, y)
        """)),
]  # fmt: skip
SOUND_BLIND = {
    "accumulated over four batches": _script(_HEAD, _LOADERS, _NET, """
        net = Net(); opt = torch.optim.SGD(net.parameters(), lr=0.01)
        for i, (x, y) in enumerate(train_dl):
            (F.cross_entropy(net(x), y) / 4).backward()
            if (i + 1) % 4 == 0:
                opt.step()
                opt.zero_grad()
        """),
    "feature extractor frozen on purpose": _script(_HEAD, _LOADERS, """
        from torchvision.models import resnet18, ResNet18_Weights
        net = resnet18(weights=ResNet18_Weights.DEFAULT)
        for p in net.parameters():
            p.requires_grad = False
        net.fc = nn.Linear(net.fc.in_features, 10)
        opt = torch.optim.Adam(net.fc.parameters(), lr=1e-3)
        for x, y in train_dl:
            opt.zero_grad(); F.cross_entropy(net(x), y).backward(); opt.step()
        net.eval()
        """),
    "softmax only for what is shown": _script(_HEAD, _LOADERS, _NET, """
        net = Net(); opt = torch.optim.AdamW(net.parameters(), lr=3e-4, weight_decay=0.01)
        for epoch in range(3):
            net.train()
            for x, y in train_dl:
                opt.zero_grad(set_to_none=True)
                loss = F.cross_entropy(net(x), y)
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                opt.step()
            net.eval()
            with torch.no_grad():
                probabilities = torch.cat([net(x).softmax(dim=1) for x, _ in test_dl])
        """),
    "one cycle with mixed precision": _script(_HEAD, _LOADERS, _NET, """
        net = Net().to(device)
        opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        sched = torch.optim.lr_scheduler.OneCycleLR(opt, 0.1, total_steps=5 * len(train_dl))
        scaler = torch.amp.GradScaler()
        for epoch in range(5):
            for x, y in train_dl:
                with torch.autocast(device):
                    loss = F.cross_entropy(net(x.to(device)), y.to(device))
                opt.zero_grad()
                scaler.scale(loss).backward()
                scaler.step(opt)
                scaler.update()
                sched.step()
        """),
}  # fmt: skip
