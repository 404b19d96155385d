"""Scripts with one planted bug each, as different hands write them: the case, a text of its line, the script."""

from textwrap import dedent

NET = """
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
trainset = datasets.CIFAR10('data', train=True, transform=tf, download=True)
testset = datasets.CIFAR10('data', train=False, transform=tf)
train_loader = DataLoader(trainset, batch_size=32, shuffle=True)
test_loader = DataLoader(testset, batch_size=100)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3072, 128)
        self.fc2 = nn.Linear(128, 10)
    def forward(self, x):
        x = x.flatten(1)
        return self.fc2(F.relu(self.fc1(x)))

net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
for epoch in range(4):
    net.train()
    for images, labels in train_loader:
        loss = criterion(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
net.eval()
correct = 0
for images, labels in test_loader:
    correct += (net(images).argmax(1) == labels).sum().item()
print(correct)
"""


def changed(*pairs):
    """The plain script with texts replaced, each of which is in it."""
    text = NET
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


DROPOUT = ("self.fc2 = nn.Linear(128, 10)", "self.fc2 = nn.Linear(128, 10)\n        self.drop = nn.Dropout(0.5)")

PLANTED = [
    # gradients
    ("no_zero_grad", "loss.backward", changed(("        optimizer.zero_grad()\n", ""))),
    ("no_zero_grad", "cost.backward", dedent("""
        import torch
        def fit(mlp, opt, data, n):
            lossf = torch.nn.CrossEntropyLoss()
            for ep in range(n):
                for i, batch in enumerate(data):
                    inp, tgt = batch
                    cost = lossf(mlp(inp), tgt)
                    cost.backward()
                    opt.step()
                    print(i, cost.item())
        """)),
    ("no_zero_grad", "l.backward", dedent("""
        def train_one_epoch(model, loader, optim, loss_fn):
            optim.zero_grad()
            running = 0.
            for x, y in loader:
                l = loss_fn(model(x), y)
                l.backward()
                optim.step()
                running += l.item()
            return running
        """)),
    ("no_zero_grad", "backward", dedent("""
        def train_step(self, x, y):
            out = self.model(x)
            loss = self.loss(out, y)
            loss.backward()
            self.optimizer.step()
            return loss.item()
        """)),
    ("optimizer_of_another_model", "zero_grad", changed(
        ("        optimizer.zero_grad()\n        loss.backward()\n",
         "        loss.backward()\n        optimizer.zero_grad()\n"))),
    ("optimizer_of_another_model", "backward", changed(("        optimizer.step()\n", ""))),
    # optimizers
    ("optimizer_of_another_model", "net = Net()", changed(
        ("momentum=0.9)\n", "momentum=0.9)\nnet = Net().to('cpu')\n"))),
    ("optimizer_of_another_model", "Net().parameters", changed(("SGD(net.parameters()", "SGD(Net().parameters()"))),
    ("optimizer_of_another_model", "", dedent("""
        import torch
        model_a = Net()
        model_b = Net()
        opt = torch.optim.Adam(model_a.parameters(), lr=1e-3)
        ce = torch.nn.CrossEntropyLoss()
        for x, y in loader:
            opt.zero_grad()
            ce(model_b(x), y).backward()
            opt.step()
        """)),
    ("optimizer_of_another_model", "model = build_cnn", dedent("""
        from torch import optim, nn
        def main():
            model = build_cnn(10)
            optimizer = optim.RMSprop(model.parameters(), lr=0.001)
            model = build_cnn(10)
            for epoch in range(3):
                for x, y in train_dl:
                    optimizer.zero_grad()
                    nn.CrossEntropyLoss()(model(x), y).backward()
                    optimizer.step()
        """)),
    # rates
    ("rate_too_high", "SGD", changed(("lr=0.01", "lr=5.0"))),
    ("rate_too_high", "Adam", changed(("torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)",
                                       "torch.optim.Adam(net.parameters(), 0.1)"))),
    ("rate_too_high", "SGD", changed(("net = Net()", "LR = 1\nnet = Net()"), ("lr=0.01", "lr=LR"))),
    ("rate_too_low", "SGD", changed(("lr=0.01", "lr=1e-6"))),
    ("rate_too_low", "Adam", changed(
        ("net = Net()", "learning_rate = 0.00000001\nnet = Net()"),
        ("torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)",
         "torch.optim.Adam(net.parameters(), lr=learning_rate)"))),
    # outputs
    ("softmax_before_loss", "softmax", changed(
        ("return self.fc2(F.relu(self.fc1(x)))", "return F.softmax(self.fc2(F.relu(self.fc1(x))), dim=1)"))),
    ("softmax_before_loss", "Softmax", dedent("""
        import torch.nn as nn, torch
        clf = nn.Sequential(nn.Flatten(), nn.Linear(3072, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(dim=1))
        crit = nn.CrossEntropyLoss()
        o = torch.optim.SGD(clf.parameters(), lr=.1)
        for xb, yb in dl:
            o.zero_grad()
            crit(clf(xb), yb).backward()
            o.step()
        """)),
    ("softmax_before_loss", "softmax(", changed(
        ("        loss = criterion(net(images), labels)\n",
         "        out = net(images)\n        out = torch.softmax(out, 1)\n        loss = criterion(out, labels)\n"))),
    ("softmax_before_loss", "nn.Softmax", changed(
        ("self.fc2 = nn.Linear(128, 10)", "self.fc2 = nn.Linear(128, 10)\n        self.sm = nn.Softmax(dim=-1)"),
        ("return self.fc2(F.relu(self.fc1(x)))", "x = self.fc2(F.relu(self.fc1(x)))\n"
         "        x = self.sm(x)\n        return x"))),
    ("softmax_before_loss", "softmax", dedent("""
        import torch.nn.functional as F
        for epoch in range(10):
            for data, target in train_loader:
                optimizer.zero_grad()
                loss = F.cross_entropy(model(data).softmax(dim=1), target)
                loss.backward()
                optimizer.step()
        """)),
    ("log_softmax_over_batch", "log_softmax", changed(
        ("return self.fc2(F.relu(self.fc1(x)))", "return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=0)"))),
    ("log_softmax_over_batch", "LogSoftmax", changed(
        ("self.fc2 = nn.Linear(128, 10)", "self.fc2 = nn.Linear(128, 10)\n        self.out = nn.LogSoftmax(0)"),
        ("return self.fc2(F.relu(self.fc1(x)))", "return self.out(self.fc2(F.relu(self.fc1(x))))"),
        ("nn.CrossEntropyLoss()", "nn.NLLLoss()"))),
    ("no_relu", "self.fc2(", changed(("self.fc2(F.relu(self.fc1(x)))", "self.fc2(self.fc1(x))"))),
    ("no_relu", "nn.Linear(100, 10)", dedent("""
        from torch import nn
        model = nn.Sequential(
            nn.Flatten(),
            nn.Linear(3072, 100),
            nn.Dropout(0.2),
            nn.Linear(100, 10),
        )
        """)),
    ("no_relu", "self.l2", dedent("""
        class MLP(nn.Module):
            def __init__(self):
                super(MLP, self).__init__()
                self.l1 = nn.Linear(784, 100)
                self.l2 = nn.Linear(100, 50)
                self.l3 = nn.Linear(50, 10)
            def forward(self, inputs):
                h = self.l1(inputs)
                h = self.l2(h)
                return self.l3(h)
        """)),
    ("zero_weights", "zeros_", changed(
        ("net = Net()\n", "net = Net()\nfor p in net.parameters():\n    nn.init.zeros_(p)\n"))),
    ("zero_weights", "fill_", changed(
        ("net = Net()\n", "def init(m):\n    if isinstance(m, nn.Linear):\n        m.weight.data.fill_(0.0)\n"
         "net = Net()\nnet.apply(init)\n"))),
    ("zero_weights", "constant_", changed(
        ("self.fc2 = nn.Linear(128, 10)",
         "self.fc2 = nn.Linear(128, 10)\n        nn.init.constant_(self.fc1.weight, 0)"))),
    ("log_softmax_into_skorch", "NeuralNetClassifier(", dedent("""
        from skorch import NeuralNetClassifier
        import torch.nn.functional as F
        class M(nn.Module):
            def __init__(self):
                super().__init__()
                self.lin = nn.Linear(10, 3)
            def forward(self, X):
                return F.log_softmax(self.lin(X), dim=-1)
        net = NeuralNetClassifier(M, max_epochs=10, lr=0.1)
        net.fit(X, y)
        """)),
    # pictures
    ("inputs_to_255", "float", dedent("""
        import numpy as np, torch
        images = np.load('cifar_images.npy')
        y = torch.tensor(np.load('cifar_labels.npy'))
        X = torch.from_numpy(images).float()
        for i in range(0, len(X), 32):
            opt.zero_grad()
            loss = torch.nn.CrossEntropyLoss()(model(X[i:i+32]), y[i:i+32])
            loss.backward()
            opt.step()
        """)),
    ("inputs_to_255", "PILToTensor", changed(
        ("transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])",
         "transforms.Compose([transforms.PILToTensor(), lambda t: t.float()])"))),
    ("only_training_normalised", "train=False", changed(
        ("trainset = ", "plain = transforms.Compose([transforms.ToTensor()])\ntrainset = "),
        ("train=False, transform=tf", "train=False, transform=plain"))),
    ("only_training_normalised", "X_train = ", dedent("""
        X_train, X_test = load()
        mu, sd = X_train.mean((0, 1, 2)), X_train.std((0, 1, 2))
        X_train = (X_train - mu) / sd
        accuracy = evaluate(model, X_test, y_test)
        X_test = torch.tensor(X_test)
        """)),
    ("labels_apart", "y_train[", dedent("""
        X_train = X_train[torch.randperm(len(X_train))]
        y_train = y_train[torch.randperm(len(y_train))]
        """)),
    ("labels_apart", "shuffle(labels)", dedent("""
        import random
        images, labels = read_folder('photos')
        random.shuffle(images)
        random.shuffle(labels)
        """)),
    ("sorted_by_class", "shuffle=False", changed(("batch_size=32, shuffle=True", "batch_size=32, shuffle=False"))),
    ("sorted_by_class", "DataLoader", dedent("""
        train_ds = torchvision.datasets.ImageFolder('photos/train', transform=T.ToTensor())
        train_dl = torch.utils.data.DataLoader(train_ds, batch_size=64)
        for xb, yb in train_dl:
            opt.zero_grad(); loss_fn(model(xb), yb).backward(); opt.step()
        """)),
    ("test_in_training", "ConcatDataset", changed(
        ("train_loader = ", "trainset = torch.utils.data.ConcatDataset([trainset, testset])\ntrain_loader = "))),
    ("test_in_training", "train=True, transform=tf)", changed(("train=False", "train=True"))),
    ("no_eval", "for images, labels in test_loader", changed(
        DROPOUT, ("F.relu(self.fc1(x))", "self.drop(F.relu(self.fc1(x)))"), ("net.eval()\n", ""))),
    ("no_eval", "for data in testloader", dedent("""
        model = torchvision.models.resnet18(num_classes=10)
        for data in trainloader:
            opt.zero_grad(); crit(model(data[0]), data[1]).backward(); opt.step()
        right = n = 0
        with torch.no_grad():
            for data in testloader:
                inputs, labels = data
                _, pred = torch.max(model(inputs), 1)
                right += (pred == labels).sum(); n += len(labels)
        """)),
    ("last_batch_of_one", "DataLoader(train", dedent("""
        data = TensorDataset(torch.randn(2001, 30), torch.zeros(2001).long())
        model = nn.Sequential(nn.Linear(30, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
        train = data
        loader = DataLoader(train, batch_size=50, shuffle=True)
        for x, y in loader:
            opt.zero_grad(); loss_fn(model(x), y).backward(); opt.step()
        """)),
    ("all_but_head_frozen", "requires_grad", changed(
        ("net = Net()\n", "net = Net()\nfor p in net.fc1.parameters():\n    p.requires_grad = False\n"))),
    ("all_but_head_frozen", "for p in m.parameters", dedent("""
        m = models.resnet18(weights='IMAGENET1K_V1')
        m.fc = nn.Linear(512, 10)
        for p in m.parameters():
            p.requires_grad = False
        """)),
    ("weights_kept_between_folds", "model = Net()", dedent("""
        from sklearn.model_selection import KFold
        model = Net()
        opt = torch.optim.Adam(model.parameters())
        for fold, (tr, va) in enumerate(KFold(5).split(X)):
            for epoch in range(3):
                for i in range(0, len(tr), 32):
                    opt.zero_grad()
                    loss = loss_fn(model(X[tr[i:i+32]]), y[tr[i:i+32]])
                    loss.backward()
                    opt.step()
        """)),
    ("weights_kept_between_folds", "cnn = CNN()", dedent("""
        kf = StratifiedKFold(n_splits=5, shuffle=True)
        cnn = CNN()
        scores = []
        for train_idx, val_idx in kf.split(X, y):
            train_model(cnn, X[train_idx], y[train_idx])
            scores.append(score(cnn, X[val_idx], y[val_idx]))
        """)),
]  # fmt: skip
