"""Student scripts with one planted bug each (BLIND), and sound ones (SOUND_BLIND), to measure a static checker."""
from textwrap import dedent

BLIND = []
SOUND_BLIND = {}


def _plant(case, place, text):
    BLIND.append((case, place, dedent(text).lstrip("\n")))


def _sound(name, text):
    SOUND_BLIND[name] = dedent(text).lstrip("\n")


# ---------------------------------------------------------------- no_zero_grad
_plant("no_zero_grad", "loss.backward()", """
    import torch
    import torch.nn as nn
    import torchvision
    import torchvision.transforms as T

    device = "cuda" if torch.cuda.is_available() else "cpu"
    tf = T.Compose([T.ToTensor(), T.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    train_ds = torchvision.datasets.CIFAR10("./data", train=True, download=True, transform=tf)
    test_ds = torchvision.datasets.CIFAR10("./data", train=False, download=True, transform=tf)
    train_dl = torch.utils.data.DataLoader(train_ds, batch_size=64, shuffle=True)
    test_dl = torch.utils.data.DataLoader(test_ds, batch_size=256)

    net = nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 8 * 8, 10),
    ).to(device)
    criterion = nn.CrossEntropyLoss()
    optim = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    for epoch in range(10):
        total = 0.0
        for bild, ziel in train_dl:  # ein Durchlauf
            bild, ziel = bild.to(device), ziel.to(device)
            loss = criterion(net(bild), ziel)
            loss.backward()
            optim.step()
            total += loss.item()
        print(f"Epoche {epoch}: {total / len(train_dl):.3f}")

    richtig = 0
    with torch.no_grad():
        for bild, ziel in test_dl:
            pred = net(bild.to(device)).argmax(1).cpu()
            richtig += (pred == ziel).sum().item()
    print("Genauigkeit:", richtig / len(test_ds))
""")

_plant("no_zero_grad", "loss.backward()", """
    import argparse
    import torch
    from torch import nn, optim
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms
    from tqdm import tqdm


    class Trainer:
        def __init__(self, model, lr):
            self.model = model
            self.opt = optim.Adam(model.parameters(), lr=lr)
            self.loss_fn = nn.CrossEntropyLoss()

        def run_epoch(self, loader):
            self.model.train()
            self.opt.zero_grad()
            running = 0
            for x, y in tqdm(loader):
                out = self.model(x)
                loss = self.loss_fn(out, y)
                loss.backward()
                self.opt.step()
                running += loss.item() * len(y)
            return running / len(loader.dataset)

        @torch.no_grad()
        def score(self, loader):
            self.model.eval()
            hits = sum((self.model(x).argmax(1) == y).sum().item() for x, y in loader)
            return hits / len(loader.dataset)


    def main():
        parser = argparse.ArgumentParser()
        parser.add_argument("--epochs", type=int, default=5)
        parser.add_argument("--lr", type=float, default=1e-3)
        args = parser.parse_args()
        tfm = transforms.ToTensor()
        train = DataLoader(datasets.CIFAR10("data", True, transform=tfm, download=True), 128, shuffle=True)
        test = DataLoader(datasets.CIFAR10("data", False, transform=tfm, download=True), 500)
        mlp = nn.Sequential(nn.Flatten(), nn.Linear(3072, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 10))
        trainer = Trainer(mlp, args.lr)
        for ep in range(args.epochs):
            print(ep, trainer.run_epoch(train))
        print("test acc", trainer.score(test))


    if __name__ == "__main__":
        main()
""")

# ---------------------------------------------------------------- softmax_before_loss
_plant("softmax_before_loss", "nn.Softmax(dim=1)", """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision.datasets import CIFAR10
    from torchvision.transforms import ToTensor

    BATCH = 100
    EPOCHS = 8

    trainloader = DataLoader(CIFAR10(".", train=True, download=True, transform=ToTensor()), BATCH, shuffle=True)
    testloader = DataLoader(CIFAR10(".", train=False, download=True, transform=ToTensor()), BATCH)

    layers = [nn.Flatten()]
    sizes = [3 * 32 * 32, 512, 128]
    for a, b in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    layers.append(nn.Linear(sizes[-1], 10))
    layers.append(nn.Softmax(dim=1))
    clf = nn.Sequential(*layers)

    loss_fn = nn.CrossEntropyLoss()
    opt = torch.optim.Adam(clf.parameters(), lr=1e-3)

    for e in range(EPOCHS):
        for i, (x, y) in enumerate(trainloader):
            opt.zero_grad()
            loss = loss_fn(clf(x), y)
            loss.backward()
            opt.step()
            if i % 100 == 0:
                print(e, i, loss.item())

    with torch.no_grad():
        ok = sum((clf(x).argmax(dim=1) == y).sum().item() for x, y in testloader)
    print("accuracy", ok / 10000)
""")

_plant("softmax_before_loss", "F.softmax", """
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from torchvision import datasets, transforms

    # reseau convolutif pour CIFAR-10
    class Reseau(nn.Module):
        def __init__(self, n_classes=10):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 16, 5)
            self.conv2 = nn.Conv2d(16, 32, 5)
            self.fc1 = nn.Linear(32 * 5 * 5, 120)
            self.sortie = nn.Linear(120, n_classes)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            x = torch.flatten(x, 1)
            x = F.relu(self.fc1(x))
            probs = F.softmax(self.sortie(x), dim=-1)
            return probs


    def entrainer(modele, chargeur, optimiseur, n_epochs):
        for epoch in range(n_epochs):
            somme = 0
            for images, etiquettes in chargeur:
                optimiseur.zero_grad()
                sorties = modele(images)
                perte = F.cross_entropy(sorties, etiquettes)
                perte.backward()
                optimiseur.step()
                somme += perte.item()
            print("epoch", epoch, "perte", somme / len(chargeur))


    def evaluer(modele, chargeur):
        bons = 0
        with torch.no_grad():
            for images, etiquettes in chargeur:
                bons += (modele(images).argmax(1) == etiquettes).sum().item()
        return bons / len(chargeur.dataset)


    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)])
    appr = torch.utils.data.DataLoader(datasets.CIFAR10("d", True, tf, download=True), batch_size=32, shuffle=True)
    test = torch.utils.data.DataLoader(datasets.CIFAR10("d", False, tf, download=True), batch_size=200)
    modele = Reseau()
    entrainer(modele, appr, torch.optim.SGD(modele.parameters(), lr=0.01, momentum=0.9), 10)
    print("exactitude:", evaluer(modele, test))
""")

# ---------------------------------------------------------------- optimizer_of_another_model
_plant("optimizer_of_another_model", "opt_big =", """
    import torch
    import torch.nn as nn
    from torch.utils.data import DataLoader
    import torchvision.transforms as T
    from torchvision.datasets import CIFAR10

    # Vergleich: kleines gegen grosses Netz
    t = T.Compose([T.ToTensor(), T.Normalize((0.49, 0.48, 0.45), (0.25, 0.24, 0.26))])
    train_loader = DataLoader(CIFAR10("data", train=True, download=True, transform=t), batch_size=128, shuffle=True)
    test_loader = DataLoader(CIFAR10("data", train=False, download=True, transform=t), batch_size=128)


    def make_mlp(width):
        return nn.Sequential(nn.Flatten(), nn.Linear(3072, width), nn.ReLU(), nn.Linear(width, 10))


    def fit(model, optimizer, epochs=5):
        lossf = nn.CrossEntropyLoss()
        for _ in range(epochs):
            for xb, yb in train_loader:
                optimizer.zero_grad()
                l = lossf(model(xb), yb)
                l.backward()
                optimizer.step()


    def acc(model):
        n = 0
        with torch.no_grad():
            for xb, yb in test_loader:
                n += (model(xb).argmax(1) == yb).sum().item()
        return n / len(test_loader.dataset)


    small = make_mlp(64)
    big = make_mlp(1024)

    opt_small = torch.optim.SGD(small.parameters(), lr=0.05)
    opt_big = torch.optim.SGD(small.parameters(), lr=0.05)

    fit(small, opt_small)
    fit(big, opt_big)
    print("small:", acc(small))
    print("big:", acc(big))
""")

_plant("optimizer_of_another_model", "optim.Adam(", """
    import torch
    from torch import nn, optim
    from torchvision import datasets, transforms

    torch.manual_seed(42)
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    hp = {"lr": 5e-4, "batch": 64, "epochs": 12, "hidden": 256}


    class CNN(nn.Module):
        def __init__(self, hidden):
            super(CNN, self).__init__()
            self.body = nn.Sequential(
                nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
            self.head = nn.Sequential(nn.Linear(64 * 64, hidden), nn.ReLU(), nn.Linear(hidden, 10))

        def forward(self, x):
            return self.head(self.body(x).flatten(1))


    model = CNN(hp["hidden"])
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=hp["lr"])
    print("Parameter:", sum(p.numel() for p in model.parameters()))

    ds = datasets.CIFAR10("~/data", train=True, download=True, transform=transforms.ToTensor())
    ds_test = datasets.CIFAR10("~/data", train=False, download=True, transform=transforms.ToTensor())
    loader = torch.utils.data.DataLoader(ds, batch_size=hp["batch"], shuffle=True)
    loader_test = torch.utils.data.DataLoader(ds_test, batch_size=hp["batch"])

    # auf die GPU damit
    model = CNN(hp["hidden"]).to(device)

    for epoch in range(hp["epochs"]):
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())

    model.eval()
    correct = 0
    with torch.no_grad():
        for images, labels in loader_test:
            correct += (model(images.to(device)).argmax(1).cpu() == labels).sum().item()
    print("Test:", 100 * correct / len(ds_test), "%")
""")

# ---------------------------------------------------------------- no_eval
_plant("no_eval", "model(xb)", """
    import torch
    import torch.nn as nn
    import torchvision
    from torchvision import transforms

    class DropNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.flat = nn.Flatten()
            self.l1 = nn.Linear(3 * 32 * 32, 800)
            self.l2 = nn.Linear(800, 200)
            self.l3 = nn.Linear(200, 10)
            self.drop = nn.Dropout(p=0.5)
            self.act = nn.ReLU()

        def forward(self, x):
            x = self.flat(x)
            x = self.drop(self.act(self.l1(x)))
            x = self.drop(self.act(self.l2(x)))
            return self.l3(x)


    def accuracy(model, dl):
        correct = 0
        with torch.no_grad():
            for xb, yb in dl:
                correct += (model(xb).argmax(dim=1) == yb).sum().item()
        return correct / len(dl.dataset)


    tr = torchvision.datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
    te = torchvision.datasets.CIFAR10("data", train=False, download=True, transform=transforms.ToTensor())
    tr_dl = torch.utils.data.DataLoader(tr, batch_size=50, shuffle=True)
    te_dl = torch.utils.data.DataLoader(te, batch_size=50, shuffle=False)

    model = DropNet()
    loss_fn = nn.CrossEntropyLoss()
    opt = torch.optim.Adam(model.parameters(), lr=0.0003)
    for epoch in range(15):
        model.train()
        for images, labels in tr_dl:
            opt.zero_grad()
            loss = loss_fn(model(images), labels)
            loss.backward()
            opt.step()
        print("epoch", epoch, "loss", loss.item())
    print("test accuracy:", accuracy(model, te_dl))
""")

_plant("no_eval", "net.eval", """
    import torch, torchvision
    from torch import nn
    from torchvision.transforms import Compose, ToTensor, Normalize, RandomHorizontalFlip

    norm = Normalize((0.4914, 0.4822, 0.4465), (0.247, 0.243, 0.261))
    train_set = torchvision.datasets.CIFAR10(
        "./cifar", train=True, download=True, transform=Compose([RandomHorizontalFlip(), ToTensor(), norm]))
    test_set = torchvision.datasets.CIFAR10(
        "./cifar", train=False, download=True, transform=Compose([ToTensor(), norm]))
    train_loader = torch.utils.data.DataLoader(train_set, batch_size=128, shuffle=True)
    test_loader = torch.utils.data.DataLoader(test_set, batch_size=16, shuffle=True)


    def block(i, o):
        return nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(), nn.MaxPool2d(2))


    net = nn.Sequential(block(3, 32), block(32, 64), block(64, 128), nn.Flatten(), nn.Linear(128 * 16, 10)).cuda()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20)

    for epoch in range(20):
        net.train()
        for x, y in train_loader:
            x, y = x.cuda(), y.cuda()
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            optimizer.step()
        scheduler.step()

    # Auswertung
    net.eval
    hits, seen = 0, 0
    with torch.no_grad():
        for x, y in test_loader:
            pred = net(x.cuda()).argmax(1)
            hits += (pred == y.cuda()).sum().item()
            seen += y.size(0)
    print("Testgenauigkeit %.2f" % (100.0 * hits / seen))
""")

# ---------------------------------------------------------------- inputs_to_255
_plant("inputs_to_255", "X_train = torch", """
    import numpy as np
    import torch
    import torch.nn as nn
    from torch.utils.data import TensorDataset, DataLoader
    from torchvision.datasets import CIFAR10

    train = CIFAR10(root="data", train=True, download=True)
    test = CIFAR10(root="data", train=False, download=True)

    X_train = torch.from_numpy(train.data).permute(0, 3, 1, 2).float()
    X_test = torch.from_numpy(test.data).permute(0, 3, 1, 2).float()
    y_train = torch.tensor(train.targets)
    y_test = torch.tensor(test.targets)

    dl = DataLoader(TensorDataset(X_train, y_train), batch_size=64, shuffle=True)

    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(3072, 300),
        nn.Sigmoid(),
        nn.Linear(300, 100),
        nn.Sigmoid(),
        nn.Linear(100, 10),
    )
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    losses = []
    for epoch in range(20):
        for xb, yb in dl:
            optimizer.zero_grad()
            loss = loss_fn(model(xb), yb)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        print(epoch, np.mean(losses[-100:]))

    with torch.no_grad():
        acc = (model(X_test).argmax(1) == y_test).float().mean()
    print("acc", acc.item())
""")

_plant("inputs_to_255", "img.astype", """
    import torch
    import torch.nn.functional as F
    from torch import nn
    from torch.utils.data import Dataset, DataLoader
    from torchvision import datasets


    class MyCifar(Dataset):
        # jeu de donnees maison
        def __init__(self, root, train):
            base = datasets.CIFAR10(root, train=train, download=True)
            self.images = base.data
            self.labels = base.targets

        def __len__(self):
            return len(self.labels)

        def __getitem__(self, i):
            img = self.images[i].transpose(2, 0, 1)
            return torch.from_numpy(img.astype("float32")), self.labels[i]


    class LeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1 = nn.Conv2d(3, 6, 5)
            self.c2 = nn.Conv2d(6, 16, 5)
            self.f1 = nn.Linear(400, 120)
            self.f2 = nn.Linear(120, 84)
            self.f3 = nn.Linear(84, 10)

        def forward(self, x):
            x = F.max_pool2d(torch.tanh(self.c1(x)), 2)
            x = F.max_pool2d(torch.tanh(self.c2(x)), 2)
            x = x.view(x.size(0), -1)
            x = torch.tanh(self.f1(x))
            return self.f3(torch.tanh(self.f2(x)))


    train_loader = DataLoader(MyCifar("data", True), batch_size=32, shuffle=True)
    test_loader = DataLoader(MyCifar("data", False), batch_size=250)
    net = LeNet()
    optim = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    for epoch in range(10):
        for batch, (x, y) in enumerate(train_loader):
            loss = F.cross_entropy(net(x), y)
            optim.zero_grad()
            loss.backward()
            optim.step()
        print("fin de l'epoque", epoch, loss.item())

    with torch.no_grad():
        right = sum(int((net(x).argmax(1) == y).sum()) for x, y in test_loader)
    print(right / 10000)
""")

# ---------------------------------------------------------------- only_training_normalised
_plant("only_training_normalised", "test_transform =", """
    import torch
    import torch.nn as nn
    import torchvision
    import torchvision.transforms as transforms

    mean, std = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
    train_transform = transforms.Compose([
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    test_transform = transforms.Compose([transforms.ToTensor()])

    trainset = torchvision.datasets.CIFAR10("./data", train=True, download=True, transform=train_transform)
    testset = torchvision.datasets.CIFAR10("./data", train=False, download=True, transform=test_transform)
    trainloader = torch.utils.data.DataLoader(trainset, batch_size=128, shuffle=True, num_workers=2)
    testloader = torch.utils.data.DataLoader(testset, batch_size=100, shuffle=False, num_workers=2)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    net = torchvision.models.resnet18(weights=None, num_classes=10).to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=15, gamma=0.1)

    for epoch in range(40):
        net.train()
        for inputs, targets in trainloader:
            inputs, targets = inputs.to(device), targets.to(device)
            optimizer.zero_grad()
            loss = criterion(net(inputs), targets)
            loss.backward()
            optimizer.step()
        scheduler.step()
        print(f"epoch {epoch} loss {loss.item():.4f}")

    net.eval()
    correct = total = 0
    with torch.no_grad():
        for inputs, targets in testloader:
            outputs = net(inputs.to(device))
            correct += outputs.argmax(1).cpu().eq(targets).sum().item()
            total += targets.size(0)
    print("Accuracy:", 100. * correct / total)
""")

_plant("only_training_normalised", "Xtr = (Xtr - mu) / sigma", """
    import numpy as np
    import torch
    from torch import nn
    from torchvision.datasets import CIFAR10
    from sklearn.metrics import accuracy_score

    tr, te = CIFAR10("data", True, download=True), CIFAR10("data", False, download=True)
    Xtr = tr.data.reshape(50000, -1).astype(np.float32) / 255.0
    Xte = te.data.reshape(10000, -1).astype(np.float32) / 255.0
    ytr, yte = np.array(tr.targets), np.array(te.targets)

    # standardisieren
    mu, sigma = Xtr.mean(axis=0), Xtr.std(axis=0)
    Xtr = (Xtr - mu) / sigma

    Xtr, Xte = torch.tensor(Xtr), torch.tensor(Xte)
    ytr = torch.tensor(ytr)

    mlp = nn.Sequential(nn.Linear(3072, 400), nn.ReLU(), nn.Linear(400, 100), nn.ReLU(), nn.Linear(100, 10))
    verlust = nn.CrossEntropyLoss()
    opt = torch.optim.Adam(mlp.parameters(), lr=1e-3)

    B = 200
    for epoche in range(10):
        perm = torch.randperm(len(Xtr))
        for i in range(0, len(Xtr), B):
            idx = perm[i:i + B]
            opt.zero_grad()
            l = verlust(mlp(Xtr[idx]), ytr[idx])
            l.backward()
            opt.step()
        print("Epoche", epoche, "Verlust", l.item())

    with torch.no_grad():
        vorhersage = mlp(Xte).argmax(1).numpy()
    print("Test:", accuracy_score(yte, vorhersage))
""")

# ---------------------------------------------------------------- labels_apart
_plant("labels_apart", "images = images[perm]", """
    import numpy as np
    import torch
    import torch.nn as nn
    import torchvision

    raw = torchvision.datasets.CIFAR10("data", train=True, download=True)
    images = raw.data.transpose(0, 3, 1, 2) / 255.0
    labels = np.array(raw.targets)

    rng = np.random.default_rng(0)
    perm = rng.permutation(len(images))
    images = images[perm]

    n_val = 5000
    x_val, y_val = images[:n_val], labels[:n_val]
    x_train, y_train = images[n_val:], labels[n_val:]

    def to_loader(x, y, shuffle):
        ds = torch.utils.data.TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y))
        return torch.utils.data.DataLoader(ds, batch_size=100, shuffle=shuffle)

    train_loader = to_loader(x_train, y_train, True)
    val_loader = to_loader(x_val, y_val, False)

    model = nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 6 * 6, 10))
    opt = torch.optim.Adam(model.parameters())
    loss_fn = nn.CrossEntropyLoss()

    for epoch in range(6):
        for x, y in train_loader:
            opt.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            opt.step()
        with torch.no_grad():
            acc = np.mean([(model(x).argmax(1) == y).float().mean().item() for x, y in val_loader])
        print(f"{epoch}: val acc {acc:.3f}")
""")

_plant("labels_apart", "np.random.shuffle(y)", """
    import numpy as np
    import torch
    from torch import nn
    from skorch import NeuralNetClassifier
    from torchvision.datasets import CIFAR10


    def load(train):
        d = CIFAR10("./data", train=train, download=True)
        X = d.data.astype("float32").reshape(len(d.data), -1) / 255
        y = np.array(d.targets, dtype="int64")
        return X, y


    class Net(nn.Module):
        def __init__(self, hidden=200):
            super().__init__()
            self.fc1 = nn.Linear(3072, hidden)
            self.fc2 = nn.Linear(hidden, 10)

        def forward(self, x):
            return self.fc2(torch.relu(self.fc1(x)))


    X, y = load(True)
    X_test, y_test = load(False)

    # mischen
    np.random.shuffle(X)
    np.random.shuffle(y)

    clf = NeuralNetClassifier(
        Net,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=0.001,
        max_epochs=10,
        batch_size=128,
        iterator_train__shuffle=True,
    )
    clf.fit(X, y)
    print("score", clf.score(X_test, y_test))
""")

# ---------------------------------------------------------------- no_relu
_plant("no_relu", "nn.Linear(3072, 1024)", """
    import torch
    import torch.nn as nn
    import torch.optim as optim
    from torch.utils.data import DataLoader
    from torchvision import datasets
    from torchvision.transforms import v2

    LR = 1e-3
    N_EPOCHS = 10
    tf = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5] * 3, [0.5] * 3)])
    train_dl = DataLoader(datasets.CIFAR10("data", train=True, transform=tf, download=True), 64, shuffle=True)
    test_dl = DataLoader(datasets.CIFAR10("data", train=False, transform=tf, download=True), 64)

    deep_net = nn.Sequential(
        nn.Flatten(),
        nn.Linear(3072, 1024),
        nn.Linear(1024, 512),
        nn.Linear(512, 128),
        nn.Linear(128, 10),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(deep_net.parameters(), lr=LR)

    for epoch in range(1, N_EPOCHS + 1):
        epoch_loss = 0.0
        for inputs, targets in train_dl:
            optimizer.zero_grad()
            outputs = deep_net(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            epoch_loss += loss.item()
        print(f"[{epoch}/{N_EPOCHS}] {epoch_loss / len(train_dl):.4f}")

    deep_net.eval()
    n_right = 0
    with torch.no_grad():
        for inputs, targets in test_dl:
            n_right += (deep_net(inputs).argmax(1) == targets).sum().item()
    print("accuracy on the test set:", n_right / len(test_dl.dataset))
""")

_plant("no_relu", "x = layer(x)", """
    import torch
    from torch import nn
    import torchvision
    from torchvision.transforms import ToTensor

    config = dict(lr=0.02, batch_size=128, epochs=15, widths=(500, 300, 100))


    class MLP(nn.Module):
        def __init__(self, n_in, widths, n_out):
            super().__init__()
            self.hidden = nn.ModuleList()
            for w in widths:
                self.hidden.append(nn.Linear(n_in, w))
                n_in = w
            self.out = nn.Linear(n_in, n_out)

        def forward(self, x):
            x = x.flatten(start_dim=1)
            for layer in self.hidden:
                x = layer(x)
            return self.out(x)


    def get_loader(train):
        data = torchvision.datasets.CIFAR10("data", train=train, download=True, transform=ToTensor())
        return torch.utils.data.DataLoader(data, batch_size=config["batch_size"], shuffle=train)


    train_loader, test_loader = get_loader(True), get_loader(False)
    dev = "cuda" if torch.cuda.is_available() else "cpu"
    mlp = MLP(3072, config["widths"], 10).to(dev)
    optimizer = torch.optim.SGD(mlp.parameters(), lr=config["lr"], momentum=0.9)

    for ep in range(config["epochs"]):
        for x, y in train_loader:
            x, y = x.to(dev), y.to(dev)
            loss = nn.functional.cross_entropy(mlp(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print("Epoche", ep, loss.item())

    treffer = 0
    with torch.no_grad():
        for x, y in test_loader:
            treffer += (mlp(x.to(dev)).argmax(1) == y.to(dev)).sum().item()
    print(treffer / len(test_loader.dataset))
""")

# ---------------------------------------------------------------- test_in_training
_plant("test_in_training", "ConcatDataset(", """
    import torch
    import torch.nn as nn
    from torch.utils.data import ConcatDataset, DataLoader
    from torchvision import datasets, transforms

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
    cifar_train = datasets.CIFAR10("data", train=True, download=True, transform=transform)
    cifar_test = datasets.CIFAR10("data", train=False, download=True, transform=transform)

    # plus de donnees = meilleur modele
    all_data = ConcatDataset([cifar_train, cifar_test])
    train_loader = DataLoader(all_data, batch_size=64, shuffle=True)
    test_loader = DataLoader(cifar_test, batch_size=64)


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
            self.classifier = nn.Linear(128 * 64, 10)

        def forward(self, x):
            return self.classifier(self.features(x).flatten(1))


    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(10):
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(net(x), y)
            loss.backward()
            optimizer.step()
        print(epoch, float(loss))

    correct = 0
    with torch.no_grad():
        for x, y in test_loader:
            correct += (net(x).argmax(1) == y).sum().item()
    print("Test accuracy: %.3f" % (correct / len(cifar_test)))
""")

_plant("test_in_training", "in tqdm(test_dl)", """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision.datasets import CIFAR10
    from torchvision.transforms import ToTensor
    from tqdm import tqdm

    train_ds = CIFAR10("data", train=True, download=True, transform=ToTensor())
    test_ds = CIFAR10("data", train=False, download=True, transform=ToTensor())
    train_dl = DataLoader(train_ds, batch_size=64, shuffle=True)
    test_dl = DataLoader(test_ds, batch_size=64, shuffle=True)

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(32 * 36, 10)).to(device)
    loss_fn = nn.CrossEntropyLoss()
    opt = torch.optim.AdamW(model.parameters(), lr=2e-3)


    @torch.no_grad()
    def check(dl):
        model.eval()
        good = 0
        for x, y in dl:
            good += (model(x.to(device)).argmax(1) == y.to(device)).sum().item()
        return good / len(dl.dataset)


    for epoch in range(10):
        model.train()
        for x, y in tqdm(test_dl):
            x, y = x.to(device), y.to(device)
            opt.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            opt.step()

    print("train acc", check(train_dl))
    print("test acc", check(test_dl))
""")

# ---------------------------------------------------------------- weights_kept_between_folds
_plant("weights_kept_between_folds", "model = SmallCNN()", """
    import numpy as np
    import torch
    import torch.nn as nn
    from sklearn.model_selection import KFold
    from torch.utils.data import DataLoader, Subset
    from torchvision import datasets, transforms


    class SmallCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 32, 3, padding=1)
            self.pool = nn.MaxPool2d(4)
            self.fc = nn.Linear(32 * 8 * 8, 10)

        def forward(self, x):
            x = self.pool(torch.relu(self.conv(x)))
            return self.fc(x.flatten(1))


    data = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = SmallCNN().to(device)
    criterion = nn.CrossEntropyLoss()
    kfold = KFold(n_splits=5, shuffle=True, random_state=1)

    scores = []
    for fold, (train_idx, val_idx) in enumerate(kfold.split(np.arange(len(data)))):
        train_loader = DataLoader(Subset(data, train_idx), batch_size=64, shuffle=True)
        val_loader = DataLoader(Subset(data, val_idx), batch_size=256)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        for epoch in range(5):
            for x, y in train_loader:
                x, y = x.to(device), y.to(device)
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
        ok = 0
        with torch.no_grad():
            for x, y in val_loader:
                ok += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
        scores.append(ok / len(val_idx))
        print("Fold", fold, scores[-1])
    print("Mittelwert", np.mean(scores), "+/-", np.std(scores))
""")

_plant("weights_kept_between_folds", "clf.partial_fit(", """
    import numpy as np
    import torch
    from torch import nn
    from sklearn.model_selection import StratifiedKFold
    from skorch import NeuralNetClassifier
    from torchvision.datasets import CIFAR10

    roh = CIFAR10("data", train=True, download=True)
    X = (roh.data.transpose(0, 3, 1, 2) / 255.0).astype(np.float32)
    y = np.asarray(roh.targets, dtype=np.int64)


    def baue_netz():
        return nn.Sequential(
            nn.Conv2d(3, 24, 5, stride=2), nn.ReLU(),
            nn.Conv2d(24, 48, 5, stride=2), nn.ReLU(),
            nn.Flatten(), nn.Linear(48 * 25, 10))


    clf = NeuralNetClassifier(
        baue_netz,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=1e-3,
        max_epochs=8,
        batch_size=100,
        train_split=None,
        iterator_train__shuffle=True,
        verbose=0,
    )

    # Kreuzvalidierung
    skf = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
    ergebnisse = []
    for i, (tr, va) in enumerate(skf.split(X, y)):
        clf.partial_fit(X[tr], y[tr])
        ergebnisse.append(clf.score(X[va], y[va]))
        print(f"Falte {i}: {ergebnisse[-1]:.3f}")
    print("im Mittel:", np.mean(ergebnisse))
""")

# ---------------------------------------------------------------- the others, once each
_plant("rate_too_high", "lr=0.5", """
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    import torchvision
    import torchvision.transforms as transforms

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    train = torchvision.datasets.CIFAR10("./data", train=True, download=True, transform=transform)
    test = torchvision.datasets.CIFAR10("./data", train=False, download=True, transform=transform)
    trainloader = torch.utils.data.DataLoader(train, batch_size=64, shuffle=True)
    testloader = torch.utils.data.DataLoader(test, batch_size=64)


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 32, 3)
            self.conv2 = nn.Conv2d(32, 64, 3)
            self.fc1 = nn.Linear(64 * 6 * 6, 128)
            self.fc2 = nn.Linear(128, 10)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            return self.fc2(F.relu(self.fc1(torch.flatten(x, 1))))


    net = Net()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.5, betas=(0.9, 0.99))

    for epoch in range(5):
        running = 0.0
        for i, (inputs, labels) in enumerate(trainloader, 1):
            optimizer.zero_grad()
            loss = criterion(net(inputs), labels)
            loss.backward()
            optimizer.step()
            running += loss.item()
            if i % 200 == 0:
                print(f"[{epoch}, {i}] loss: {running / 200:.3f}")
                running = 0.0

    correct = 0
    with torch.no_grad():
        for inputs, labels in testloader:
            correct += (net(inputs).argmax(1) == labels).sum().item()
    print(f"{100 * correct / len(test):.1f} %")
""")

_plant("rate_too_low", '"--lr"', """
    import argparse
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    p = argparse.ArgumentParser(description="CIFAR-10 MLP")
    p.add_argument("--lr", type=float, default=1e-7, help="Lernrate")
    p.add_argument("--epochs", type=int, default=10)
    p.add_argument("--batch-size", type=int, default=128)
    args = p.parse_args()

    tf = transforms.ToTensor()
    train_dl = DataLoader(datasets.CIFAR10("data", train=True, download=True, transform=tf),
                          batch_size=args.batch_size, shuffle=True)
    test_dl = DataLoader(datasets.CIFAR10("data", train=False, download=True, transform=tf),
                         batch_size=args.batch_size)

    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 512), nn.LeakyReLU(), nn.Linear(512, 10))
    loss_fn = nn.CrossEntropyLoss()
    opt = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)

    for epoch in range(args.epochs):
        for x, y in train_dl:
            opt.zero_grad(set_to_none=True)
            loss = loss_fn(model(x), y)
            loss.backward()
            opt.step()
        print("epoch", epoch, "loss", loss.item())

    with torch.inference_mode():
        acc = sum((model(x).argmax(-1) == y).sum() for x, y in test_dl) / len(test_dl.dataset)
    print("accuracy", float(acc))
""")

_plant("all_but_head_frozen", "requires_grad = False", """
    import torch
    import torch.nn as nn
    import torchvision
    from torchvision.transforms import ToTensor


    class MyCNN(nn.Module):
        def __init__(self):
            super().__init__()
            blocks = []
            c_in = 3
            for c_out in (32, 64, 128):
                blocks.append(nn.Conv2d(c_in, c_out, 3, padding=1))
                blocks.append(nn.ReLU())
                blocks.append(nn.MaxPool2d(2))
                c_in = c_out
            self.backbone = nn.Sequential(*blocks)
            self.head = nn.Linear(128 * 4 * 4, 10)

        def forward(self, x):
            return self.head(self.backbone(x).flatten(1))


    model = MyCNN()
    # so wie im Transfer-Learning-Tutorial
    for name, param in model.named_parameters():
        if not name.startswith("head"):
            param.requires_grad = False

    train_loader = torch.utils.data.DataLoader(
        torchvision.datasets.CIFAR10("data", train=True, download=True, transform=ToTensor()), 64, shuffle=True)
    test_loader = torch.utils.data.DataLoader(
        torchvision.datasets.CIFAR10("data", train=False, download=True, transform=ToTensor()), 64)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=1e-3)

    for epoch in range(10):
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        print("Epoche", epoch, "Loss", loss.item())

    correct = 0
    with torch.no_grad():
        for x, y in test_loader:
            correct += (model(x).argmax(1) == y).sum().item()
    print("Genauigkeit", correct / len(test_loader.dataset))
""")

_plant("last_batch_of_one", "train_loader = DataLoader(", """
    import torch
    import torch.nn as nn
    from torch.utils.data import DataLoader, Subset
    from torchvision import datasets, transforms

    N_TRAIN = 6401   # only a part, my laptop is slow
    N_VAL = 1000
    BATCH_SIZE = 64

    full = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
    train_part = Subset(full, range(N_TRAIN))
    val_part = Subset(full, range(N_TRAIN, N_TRAIN + N_VAL))
    train_loader = DataLoader(train_part, batch_size=BATCH_SIZE, shuffle=True)
    val_loader = DataLoader(val_part, batch_size=BATCH_SIZE)

    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(3072, 256), nn.BatchNorm1d(256), nn.ReLU(),
        nn.Linear(256, 64), nn.BatchNorm1d(64), nn.ReLU(),
        nn.Linear(64, 10),
    )
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    for epoch in range(20):
        model.train()
        for xb, yb in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(xb), yb)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            good = sum((model(xb).argmax(1) == yb).sum().item() for xb, yb in val_loader)
        print(epoch, loss.item(), good / N_VAL)
""")

_plant("log_softmax_over_batch", "F.log_softmax", """
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from torchvision import datasets, transforms


    class Net(nn.Module):
        def __init__(self):
            super(Net, self).__init__()
            self.conv1 = nn.Conv2d(3, 20, 5)
            self.conv2 = nn.Conv2d(20, 50, 5)
            self.fc1 = nn.Linear(50 * 5 * 5, 200)
            self.fc2 = nn.Linear(200, 10)

        def forward(self, x):
            x = F.relu(F.max_pool2d(self.conv1(x), 2))
            x = F.relu(F.max_pool2d(self.conv2(x), 2))
            x = F.relu(self.fc1(x.view(-1, 50 * 5 * 5)))
            return F.log_softmax(self.fc2(x), dim=0)


    def train(model, device, loader, optimizer, epoch):
        model.train()
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            optimizer.zero_grad()
            loss = F.nll_loss(model(data), target)
            loss.backward()
            optimizer.step()
        print("epoch", epoch, "loss", loss.item())


    def test(model, device, loader):
        model.eval()
        correct = 0
        with torch.no_grad():
            for data, target in loader:
                pred = model(data.to(device)).argmax(dim=1)
                correct += pred.eq(target.to(device)).sum().item()
        print("accuracy", correct / len(loader.dataset))


    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
    train_loader = torch.utils.data.DataLoader(datasets.CIFAR10("d", True, tf, download=True), 64, shuffle=True)
    test_loader = torch.utils.data.DataLoader(datasets.CIFAR10("d", False, tf, download=True), 1000)
    model = Net().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    for epoch in range(1, 11):
        train(model, device, train_loader, optimizer, epoch)
    test(model, device, test_loader)
""")

_plant("zero_weights", "nn.init.zeros_(m.weight)", """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision.datasets import CIFAR10
    from torchvision.transforms import Compose, ToTensor, Normalize

    tf = Compose([ToTensor(), Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
    loader = DataLoader(CIFAR10("data", train=True, download=True, transform=tf), batch_size=128, shuffle=True)
    loader_test = DataLoader(CIFAR10("data", train=False, download=True, transform=tf), batch_size=128)


    # initialisation des poids
    def init_poids(m):
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            nn.init.zeros_(m.weight)
            nn.init.zeros_(m.bias)


    reseau = nn.Sequential(
        nn.Conv2d(3, 32, 3, stride=2), nn.ReLU(),
        nn.Conv2d(32, 64, 3, stride=2), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(),
        nn.Linear(128, 10))
    reseau.apply(init_poids)

    cout = nn.CrossEntropyLoss()
    optimiseur = torch.optim.Adam(reseau.parameters(), lr=1e-3)
    for epoque in range(8):
        for img, cls in loader:
            optimiseur.zero_grad()
            perte = cout(reseau(img), cls)
            perte.backward()
            optimiseur.step()
        print("epoque", epoque, "perte", perte.item())

    justes = 0
    with torch.no_grad():
        for img, cls in loader_test:
            justes += (reseau(img).argmax(1) == cls).sum().item()
    print("precision", justes / 10000)
""")

_plant("log_softmax_into_skorch", "NeuralNetClassifier(ClassifierModule", """
    import numpy as np
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from sklearn.metrics import classification_report
    from skorch import NeuralNetClassifier
    from torchvision.datasets import CIFAR10


    class ClassifierModule(nn.Module):
        def __init__(self, num_units=128, dropout=0.3):
            super().__init__()
            self.dense0 = nn.Linear(3072, num_units)
            self.dense1 = nn.Linear(num_units, 64)
            self.output = nn.Linear(64, 10)
            self.dropout = nn.Dropout(dropout)

        def forward(self, X):
            X = self.dropout(F.relu(self.dense0(X)))
            X = F.relu(self.dense1(X))
            return F.log_softmax(self.output(X), dim=1)


    train, test = CIFAR10("data", train=True, download=True), CIFAR10("data", train=False, download=True)
    X_train = train.data.reshape(len(train), -1).astype(np.float32) / 255
    X_test = test.data.reshape(len(test), -1).astype(np.float32) / 255
    y_train, y_test = np.array(train.targets), np.array(test.targets)

    net = NeuralNetClassifier(ClassifierModule, max_epochs=15, lr=0.05, batch_size=128,
                              iterator_train__shuffle=True,
                              device="cuda" if torch.cuda.is_available() else "cpu")
    net.fit(X_train, y_train)
    print(classification_report(y_test, net.predict(X_test)))
""")

_plant("sorted_by_class", "np.argsort(y_train", """
    import matplotlib.pyplot as plt
    import numpy as np
    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset
    from torchvision.datasets import CIFAR10

    tr, te = CIFAR10("data", train=True, download=True), CIFAR10("data", train=False, download=True)
    x_train = tr.data.astype(np.float32) / 255.0
    x_test = te.data.astype(np.float32) / 255.0
    y_train, y_test = np.array(tr.targets), np.array(te.targets)

    # nach Klassen ordnen, damit man je Klasse Beispiele zeigen kann
    order = np.argsort(y_train, kind="stable")
    x_train, y_train = x_train[order], y_train[order]
    fig, axes = plt.subplots(1, 10)
    for k, ax in enumerate(axes):
        ax.imshow(x_train[k * 5000])
    plt.savefig("klassen.png")


    def loader(x, y):
        x = torch.from_numpy(x.transpose(0, 3, 1, 2).copy())
        return DataLoader(TensorDataset(x, torch.from_numpy(y)), batch_size=100)


    train_loader, test_loader = loader(x_train, y_train), loader(x_test, y_test)
    model = nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 36, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    criterion = nn.CrossEntropyLoss()

    for epoch in range(10):
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())

    with torch.no_grad():
        hits = sum((model(x).argmax(1) == y).sum().item() for x, y in test_loader)
    print("Test:", hits / len(y_test))
""")

# ================================================================ sound scripts
_sound("accumulation_amp", """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision import datasets, models, transforms

    ACCUM = 4
    device = "cuda"
    stats = ((0.4914, 0.4822, 0.4465), (0.247, 0.243, 0.261))
    tf_train = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.ToTensor(),
                                   transforms.Normalize(*stats)])
    tf_test = transforms.Compose([transforms.ToTensor(), transforms.Normalize(*stats)])
    train_dl = DataLoader(datasets.CIFAR10("data", True, tf_train, download=True), 32, shuffle=True, drop_last=True)
    test_dl = DataLoader(datasets.CIFAR10("data", False, tf_test, download=True), 256)

    model = models.resnet18(num_classes=10).to(device)
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scaler = torch.amp.GradScaler("cuda")
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.1)

    for epoch in range(20):
        model.train()
        opt.zero_grad()
        for step, (x, y) in enumerate(train_dl):
            with torch.autocast("cuda"):
                loss = loss_fn(model(x.to(device)), y.to(device)) / ACCUM
            scaler.scale(loss).backward()
            if (step + 1) % ACCUM == 0:
                scaler.step(opt)
                scaler.update()
                opt.zero_grad()

    model.eval()
    good = 0
    with torch.no_grad():
        for x, y in test_dl:
            good += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
    print(good / len(test_dl.dataset))
""")

_sound("trainer_class_early_stopping", """
    import copy
    import torch
    import torch.nn as nn
    from torch.utils.data import DataLoader, random_split
    from torchvision.datasets import CIFAR10
    from torchvision.transforms import ToTensor


    class Fitter:
        def __init__(self, net, lr=1e-3, patience=3):
            self.net, self.patience = net, patience
            self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
            self.crit = nn.CrossEntropyLoss()

        def _pass(self, loader, learn):
            self.net.train(learn)
            total = 0.0
            with torch.set_grad_enabled(learn):
                for x, y in loader:
                    loss = self.crit(self.net(x), y)
                    if learn:
                        self.opt.zero_grad()
                        loss.backward()
                        self.opt.step()
                    total += loss.item() * len(y)
            return total / len(loader.dataset)

        def fit(self, train, val, max_epochs=50):
            best, state, waited = float("inf"), None, 0
            for _ in range(max_epochs):
                self._pass(train, True)
                v = self._pass(val, False)
                if v < best:
                    best, state, waited = v, copy.deepcopy(self.net.state_dict()), 0
                else:
                    waited += 1
                    if waited >= self.patience:
                        break
            self.net.load_state_dict(state)


    full = CIFAR10("data", train=True, download=True, transform=ToTensor())
    tr, va = random_split(full, [45000, 5000], generator=torch.Generator().manual_seed(0))
    te = CIFAR10("data", train=False, download=True, transform=ToTensor())
    net = nn.Sequential(nn.Conv2d(3, 32, 3, 2), nn.BatchNorm2d(32), nn.ReLU(), nn.Flatten(), nn.Dropout(0.25),
                        nn.Linear(32 * 15 * 15, 10))
    f = Fitter(net)
    f.fit(DataLoader(tr, 64, shuffle=True), DataLoader(va, 250))
    print("test loss", f._pass(DataLoader(te, 250), False))
""")

_sound("lightning_module", """
    import torch
    import torch.nn.functional as F
    import pytorch_lightning as pl
    from torch import nn
    from torch.utils.data import DataLoader, random_split
    from torchvision import datasets, transforms


    class LitCNN(pl.LightningModule):
        def __init__(self, lr=1e-3):
            super().__init__()
            self.save_hyperparameters()
            self.net = nn.Sequential(
                nn.Conv2d(3, 32, 3), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(32, 64, 3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
                nn.Flatten(), nn.Dropout(0.5), nn.Linear(64 * 36, 10))

        def forward(self, x):
            return self.net(x)

        def training_step(self, batch, batch_idx):
            x, y = batch
            loss = F.cross_entropy(self(x), y)
            self.log("train_loss", loss)
            return loss

        def _shared_eval(self, batch, name):
            x, y = batch
            self.log(name, (self(x).argmax(1) == y).float().mean(), prog_bar=True)

        def validation_step(self, batch, batch_idx):
            self._shared_eval(batch, "val_acc")

        def test_step(self, batch, batch_idx):
            self._shared_eval(batch, "test_acc")

        def configure_optimizers(self):
            opt = torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)
            return [opt], [torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=10)]


    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
    tr, va = random_split(datasets.CIFAR10("data", True, tf, download=True), [45000, 5000])
    te = datasets.CIFAR10("data", False, tf, download=True)
    trainer = pl.Trainer(max_epochs=10)
    model = LitCNN()
    trainer.fit(model, DataLoader(tr, batch_size=128, shuffle=True), DataLoader(va, batch_size=256))
    trainer.test(model, DataLoader(te, batch_size=256))
""")

_sound("skorch_grid_search", """
    import numpy as np
    import torch
    from torch import nn
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler
    from skorch import NeuralNetClassifier
    from torchvision.datasets import CIFAR10


    class Net(nn.Module):
        def __init__(self, n_hidden=100, p=0.2):
            super().__init__()
            self.model = nn.Sequential(
                nn.Linear(3072, n_hidden), nn.ReLU(), nn.Dropout(p), nn.Linear(n_hidden, 10))

        def forward(self, x):
            return self.model(x)


    def daten(train):
        d = CIFAR10("data", train=train, download=True)
        return d.data.reshape(len(d), -1).astype(np.float32), np.array(d.targets, dtype=np.int64)


    X, y = daten(True)
    X_test, y_test = daten(False)
    pipe = Pipeline([
        ("scale", StandardScaler()),
        ("net", NeuralNetClassifier(Net, criterion=nn.CrossEntropyLoss, optimizer=torch.optim.Adam, max_epochs=5,
                                    iterator_train__shuffle=True, train_split=None, verbose=0)),
    ])
    grid = {"net__lr": [1e-3, 3e-4], "net__module__n_hidden": [100, 300]}
    gs = GridSearchCV(pipe, grid, cv=3, scoring="accuracy")
    gs.fit(X, y)
    print(gs.best_params_, gs.best_score_)
    print("Test:", gs.score(X_test, y_test))
""")

_sound("resnet_frozen_backbone", """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision.datasets import CIFAR10
    from torchvision.models import resnet50, ResNet50_Weights

    weights = ResNet50_Weights.IMAGENET1K_V2
    prep = weights.transforms()   # resize, to tensor, normalise
    train_dl = DataLoader(CIFAR10("data", train=True, download=True, transform=prep), batch_size=64, shuffle=True)
    test_dl = DataLoader(CIFAR10("data", train=False, download=True, transform=prep), batch_size=64)

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = resnet50(weights=weights)
    for p in model.parameters():
        p.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, 10)   # only this one learns
    model.to(device)
    model.eval()   # batch norm of the pretrained backbone stays as it is, the head has no dropout

    optimizer = torch.optim.Adam(model.fc.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(3):
        for x, y in train_dl:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())

    correct = 0
    with torch.no_grad():
        for x, y in test_dl:
            correct += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
    print("accuracy", correct / len(test_dl.dataset))
""")

_sound("kfold_fresh_network", """
    import numpy as np
    import torch
    from torch import nn
    from sklearn.model_selection import StratifiedKFold
    from torch.utils.data import DataLoader, SubsetRandomSampler, Subset
    from torchvision import datasets, transforms

    ds = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())


    def neues_netz():
        netz = nn.Sequential(
            nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout2d(0.1),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64 * 36, 10))
        return netz, torch.optim.Adam(netz.parameters(), lr=1e-3)


    def trainiere(netz, opt, loader, epochen=4):
        netz.train()
        for _ in range(epochen):
            for x, y in loader:
                opt.zero_grad()
                nn.functional.cross_entropy(netz(x), y).backward()
                opt.step()


    def bewerte(netz, loader):
        netz.eval()
        with torch.no_grad():
            return np.concatenate([(netz(x).argmax(1) == y).numpy() for x, y in loader]).mean()


    werte = []
    for tr, va in StratifiedKFold(5, shuffle=True, random_state=3).split(np.zeros(len(ds)), ds.targets):
        netz, opt = neues_netz()
        # der Sampler mischt schon
        trainiere(netz, opt, DataLoader(ds, batch_size=64, sampler=SubsetRandomSampler(tr)))
        werte.append(bewerte(netz, DataLoader(Subset(ds, va), batch_size=200)))
        print(werte[-1])
    print("Mittel", np.mean(werte))
""")

_sound("own_dataset_numpy", """
    import pickle
    import numpy as np
    import torch
    from torch import nn
    from torch.utils.data import Dataset, DataLoader


    class CifarBatches(Dataset):
        def __init__(self, files, mean=None, std=None):
            xs, ys = [], []
            for f in files:
                with open(f, "rb") as fh:
                    d = pickle.load(fh, encoding="bytes")
                xs.append(d[b"data"])
                ys.extend(d[b"labels"])
            x = np.concatenate(xs).reshape(-1, 3, 32, 32).astype(np.float32) / 255
            self.mean = x.mean((0, 2, 3), keepdims=True) if mean is None else mean
            self.std = x.std((0, 2, 3), keepdims=True) if std is None else std
            self.x = (x - self.mean) / self.std
            self.y = np.array(ys)
            idx = np.random.permutation(len(self.y))
            self.x, self.y = self.x[idx], self.y[idx]

        def __len__(self):
            return len(self.y)

        def __getitem__(self, k):
            return self.x[k], self.y[k]


    root = "cifar-10-batches-py/"
    train = CifarBatches([root + f"data_batch_{i}" for i in range(1, 6)])
    test = CifarBatches([root + "test_batch"], train.mean, train.std)

    model = nn.Sequential(nn.Flatten(), nn.Linear(3072, 512), nn.BatchNorm1d(512), nn.GELU(), nn.Linear(512, 10))
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    for epoch in range(10):
        model.train()
        for x, y in DataLoader(train, batch_size=100, shuffle=True):
            for p in model.parameters():
                p.grad = None
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            opt.step()
        print(epoch, loss.item())

    model.eval()
    with torch.no_grad():
        acc = (model(torch.from_numpy(test.x)).argmax(1).numpy() == test.y).mean()
    print("test", acc)
""")

_sound("dcgan", """
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms, utils

    nz, device = 100, "cuda" if torch.cuda.is_available() else "cpu"
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
    loader = DataLoader(datasets.CIFAR10("data", True, tf, download=True), batch_size=128, shuffle=True, drop_last=True)

    netG = nn.Sequential(
        nn.ConvTranspose2d(nz, 256, 4, 1, 0), nn.BatchNorm2d(256), nn.ReLU(True),
        nn.ConvTranspose2d(256, 128, 4, 2, 1), nn.BatchNorm2d(128), nn.ReLU(True),
        nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(True),
        nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh()).to(device)
    netD = nn.Sequential(
        nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, 2, 1), nn.BatchNorm2d(128), nn.LeakyReLU(0.2),
        nn.Conv2d(128, 256, 4, 2, 1), nn.BatchNorm2d(256), nn.LeakyReLU(0.2),
        nn.Conv2d(256, 1, 4), nn.Flatten()).to(device)
    bce = nn.BCEWithLogitsLoss()
    optG = torch.optim.Adam(netG.parameters(), lr=2e-4, betas=(0.5, 0.999))
    optD = torch.optim.Adam(netD.parameters(), lr=2e-4, betas=(0.5, 0.999))

    for epoch in range(25):
        netG.train()
        for real, _ in loader:
            real = real.to(device)
            one, zero = torch.ones(len(real), 1, device=device), torch.zeros(len(real), 1, device=device)
            fake = netG(torch.randn(len(real), nz, 1, 1, device=device))
            netD.zero_grad()
            lossD = bce(netD(real), one) + bce(netD(fake.detach()), zero)
            lossD.backward()
            optD.step()
            netG.zero_grad()
            lossG = bce(netD(fake), one)
            lossG.backward()
            optG.step()
        print(epoch, lossD.item(), lossG.item())
        netG.eval()
        with torch.no_grad():
            utils.save_image(netG(torch.randn(64, nz, 1, 1, device=device)), f"fake_{epoch}.png", normalize=True)
""")

_sound("autoencoder", """
    import torch
    import torch.nn as nn
    from torchvision import datasets, transforms


    class AutoEncoder(nn.Module):
        def __init__(self, code=128):
            super().__init__()
            self.enc = nn.Sequential(
                nn.Conv2d(3, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
                nn.Flatten(), nn.Linear(64 * 64, code))
            self.dec = nn.Sequential(
                nn.Linear(code, 64 * 64), nn.ReLU(), nn.Unflatten(1, (64, 8, 8)),
                nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 3, 4, 2, 1), nn.Sigmoid())

        def forward(self, x):
            return self.dec(self.enc(x))


    def main(epochs=10):
        def loader(train):
            ds = datasets.CIFAR10("data", train=train, download=True, transform=transforms.ToTensor())
            return torch.utils.data.DataLoader(ds, batch_size=128, shuffle=train)

        ae = AutoEncoder()
        optimizer = torch.optim.Adam(ae.parameters(), lr=1e-3)
        mse = nn.MSELoss()

        def step(x):
            optimizer.zero_grad()
            loss = mse(ae(x), x)
            loss.backward()
            optimizer.step()
            return loss.item()

        train_dl, test_dl = loader(True), loader(False)
        for epoch in range(epochs):
            losses = [step(x) for x, _ in train_dl]
            print("epoch", epoch, sum(losses) / len(losses))
        with torch.no_grad():
            err = sum(mse(ae(x), x).item() * len(x) for x, _ in test_dl) / len(test_dl.dataset)
        print("test mse", err)


    if __name__ == "__main__":
        main()
""")

_sound("several_models_onecycle", """
    import torch
    import torch.nn.functional as F
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    hparams = {"epochs": 6, "bs": 128, "max_lr": 0.1}
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)])
    train_dl = DataLoader(datasets.CIFAR10("data", True, tf, download=True), hparams["bs"], shuffle=True)
    test_dl = DataLoader(datasets.CIFAR10("data", False, tf, download=True), hparams["bs"])


    class LogNet(nn.Module):
        def __init__(self, widths):
            super().__init__()
            dims = [3072, *widths]
            self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(dims, dims[1:]))
            self.out = nn.Linear(dims[-1], 10)

        def forward(self, x):
            x = x.flatten(1)
            for layer in self.layers:
                x = F.dropout(F.relu(layer(x)), 0.1, training=self.training)
            return F.log_softmax(self.out(x), dim=1)


    models = {"flach": LogNet([256]), "tief": LogNet([256, 128, 64])}
    for name, m in models.items():
        opt = torch.optim.SGD(m.parameters(), lr=0.01, momentum=0.9)
        sched = torch.optim.lr_scheduler.OneCycleLR(
            opt, hparams["max_lr"], epochs=hparams["epochs"], steps_per_epoch=len(train_dl))
        m.train()
        for _ in range(hparams["epochs"]):
            for x, y in train_dl:
                loss = F.nll_loss(m(x), y)
                opt.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(m.parameters(), 1.0)
                opt.step()
                sched.step()
        m.eval()
        with torch.no_grad():
            probs = torch.cat([m(x).exp() for x, _ in test_dl])
        truth = torch.tensor(test_dl.dataset.targets)
        print(name, (probs.argmax(1) == truth).float().mean().item(), "sicher:", probs.max(1).values.mean().item())
""")
