"""More planted bugs, written after the rules, to see what these miss; the rules have learnt from them since."""

from textwrap import dedent

LATER = [
    ("no_zero_grad", "cross_entropy", dedent("""
        class Trainer:
            def __init__(self, m, dl):
                self.m = m; self.dl = dl; self.opt = torch.optim.AdamW(m.parameters(), 3e-4)
            def fit(self):
                for xb, yb in self.dl:
                    F.cross_entropy(self.m(xb), yb).backward()
                    self.opt.step()
        """)),
    ("softmax_before_loss", "nn.Softmax(1)", dedent("""
        class CNN(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten())
                self.head = nn.Sequential(nn.Linear(7200, 64), nn.ReLU(), nn.Linear(64, 10), nn.Softmax(1))
            def forward(self, x):
                return self.head(self.features(x))
        lossfn = nn.CrossEntropyLoss()
        """)),
    ("softmax_before_loss", "functional.softmax", dedent("""
        def forward(self, x):
            logits = self.out(x)
            probs = nn.functional.softmax(logits, dim=1)
            return probs
        crit = nn.CrossEntropyLoss()
        """)),
    ("rate_too_high", "SGD", "lr = 10\nmodel = Net()\nopt = torch.optim.SGD(params=model.parameters(), lr=lr)\n"),
    ("no_eval", "for x, y in loader", dedent("""
        def accuracy(model, loader):
            correct = 0
            with torch.no_grad():
                for x, y in loader:
                    correct += model(x).argmax(dim=1).eq(y).sum().item()
            return correct
        model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(7200, 10))
        for x, y in train:
            opt.zero_grad(); loss(model(x), y).backward(); opt.step()
        """)),
    ("labels_apart", "y = y[idx]",
     "idx = np.random.permutation(len(X))\nX = X[idx]\nidx = np.random.permutation(len(y))\ny = y[idx]\n"),
    ("labels_apart", "train_y", "np.random.shuffle(train_x)\nnp.random.shuffle(train_y)\n"),
    ("inputs_to_255", "d.data", dedent("""
        d = torchvision.datasets.CIFAR10('.', train=True)
        x = torch.tensor(d.data, dtype=torch.float32).permute(0, 3, 1, 2)
        y = torch.tensor(d.targets)
        ce = nn.CrossEntropyLoss()
        """)),
    ("no_relu", "for layer in", dedent("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.ModuleList([nn.Linear(3072, 64), nn.Linear(64, 10)])
            def forward(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x
        """)),
    ("sorted_by_class", "ImageFolder", dedent("""
        loader = DataLoader(ImageFolder('train', transform=t), 32)
        for x, y in loader:
            o.zero_grad(); ce(m(x), y).backward(); o.step()
        """)),
    ("weights_kept_between_folds", "net = SimpleNet", dedent("""
        net = SimpleNet()
        optimizer = Adam(net.parameters(), lr=1e-3)
        for k in range(5):
            tr, va = splits[k]
            for x, y in DataLoader(Subset(ds, tr), 32, shuffle=True):
                optimizer.zero_grad(); ce(net(x), y).backward(); optimizer.step()
        """)),
    ("zero_weights", "weight.zero_", dedent("""
        with torch.no_grad():
            for layer in model:
                if hasattr(layer, 'weight'):
                    layer.weight.zero_()
        """)),
    ("test_in_training", "full_train =", "full_train = train_ds + test_ds\nloader = DataLoader(full_train, 32)\n"),
    ("only_training_normalised", "CIFAR10('.', False", dedent("""
        tr = T.Compose([T.ToTensor(), T.Normalize(m, s)])
        te = T.ToTensor()
        train = CIFAR10('.', True, tr)
        test = CIFAR10('.', False, te)
        """)),
    ("optimizer_of_another_model", "model = Net()", dedent("""
        model = Net()
        optimizer = SGD(model.parameters(), lr=0.1)
        model = Net()
        model.to('cuda')
        for x, y in dl:
            optimizer.zero_grad(); ce(model(x), y).backward(); optimizer.step()
        """)),
    ("all_but_head_frozen", "requires_grad_",
     "net = CNN()\nnet.requires_grad_(False)\nnet.fc = nn.Linear(512, 10)\n"),
    ("no_zero_grad", "backward", dedent("""
        step = 0
        while step < 1000:
            xb, yb = next(batches)
            loss = loss_fn(net(xb), yb)
            loss.backward()
            opt.step()
            step += 1
        """)),
    ("softmax_before_loss", "nn.Softmax", dedent("""
        class N(nn.Module):
            def forward(self, x):
                x = F.relu(self.a(x))
                x = self.b(x)
                return nn.Softmax(dim=1)(x)
        loss = nn.CrossEntropyLoss()(n(x), y)
        """)),
    ("no_relu", "nn.Linear(256, 10)",
     "net = nn.Sequential(nn.Linear(3072, 256), nn.BatchNorm1d(256),\n                    nn.Linear(256, 10))\n"),
    ("labels_apart", "images[perm_x]",
     "perm_x = torch.randperm(1000)\nperm_y = torch.randperm(1000)\n"
     "images, labels = images[perm_x], labels[perm_y]\n"),
    ("zero_weights", "zeros_", dedent("""
        def init_weights(m):
            if type(m) == nn.Linear:
                torch.nn.init.zeros_(m.weight)
                m.bias.data.fill_(0.01)
        """)),
]  # fmt: skip
