"""Loops in the style of PyTorch's tutorials and of other well-known code, written for these tests: none has a bug."""

from textwrap import dedent

from tests.core.clinic.checker.planted import NET, changed

SOUND = {
    "plain": NET,
    "quick start, no shuffle": dedent("""
        training_data = datasets.FashionMNIST(root="data", train=True, download=True, transform=ToTensor())
        test_data = datasets.FashionMNIST(root="data", train=False, download=True, transform=ToTensor())
        train_dataloader = DataLoader(training_data, batch_size=64)
        test_dataloader = DataLoader(test_data, batch_size=64)
        class NeuralNetwork(nn.Module):
            def __init__(self):
                super().__init__()
                self.flatten = nn.Flatten()
                self.stack = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))
            def forward(self, x):
                return self.stack(self.flatten(x))
        model = NeuralNetwork().to(device)
        loss_fn = nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
        def train_loop(dataloader, model, loss_fn, optimizer):
            model.train()
            for batch, (X, y) in enumerate(dataloader):
                loss = loss_fn(model(X), y)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
        def test_loop(dataloader, model):
            model.eval()
            with torch.no_grad():
                for X, y in dataloader:
                    correct = (model(X).argmax(1) == y).type(torch.float).sum().item()
        probabilities = nn.Softmax(dim=1)(model(torch.rand(1, 28, 28)))
        """),
    "logistic regression at 0.5": dedent("""
        x_train, y_train = torch.tensor(x), torch.tensor(t)
        lr = 0.5
        opt = optim.SGD(model.parameters(), lr=lr)
        for epoch in range(epochs):
            for i in range((n - 1) // bs + 1):
                xb = x_train[i * bs : i * bs + bs]
                loss = F.cross_entropy(model(xb), y_train[i * bs : i * bs + bs])
                loss.backward()
                opt.step()
                opt.zero_grad()
        """),
    "regression by hand at 1e-6": dedent("""
        model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
        loss_fn = torch.nn.MSELoss(reduction='sum')
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
        for t in range(2000):
            loss = loss_fn(model(xx), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        """),
    "no optimizer": dedent("""
        for t in range(500):
            loss = (model(x) - y).pow(2).sum()
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for param in model.parameters():
                    param -= 1e-6 * param.grad
        """),
    "gradients to None": dedent("""
        for x, y in loader:
            for p in model.parameters():
                p.grad = None
            criterion(model(x), y).backward()
            optimizer.step()
        """),
    "accumulated on purpose": dedent("""
        for i, (x, y) in enumerate(loader):
            loss = criterion(model(x), y) / 4
            loss.backward()
            if (i + 1) % 4 == 0:
                optimizer.step()
                optimizer.zero_grad()
        """),
    "transfer, phases": dedent("""
        data_transforms = {
            'train': transforms.Compose([transforms.RandomResizedCrop(224), transforms.ToTensor(),
                                         transforms.Normalize([0.485], [0.229])]),
            'val': transforms.Compose([transforms.Resize(256), transforms.ToTensor(),
                                       transforms.Normalize([0.485], [0.229])]),
        }
        image_datasets = {x: datasets.ImageFolder(x, data_transforms[x]) for x in ['train', 'val']}
        dataloaders = {x: DataLoader(image_datasets[x], batch_size=4, shuffle=True) for x in ['train', 'val']}
        model_conv = models.resnet18(weights='IMAGENET1K_V1')
        for param in model_conv.parameters():
            param.requires_grad = False
        model_conv.fc = nn.Linear(model_conv.fc.in_features, 2)
        model_conv = model_conv.to(device)
        optimizer_conv = optim.SGD(model_conv.fc.parameters(), lr=0.001, momentum=0.9)
        def train_model(model, criterion, optimizer, scheduler):
            for epoch in range(25):
                for phase in ['train', 'val']:
                    if phase == 'train':
                        model.train()
                    else:
                        model.eval()
                    for inputs, labels in dataloaders[phase]:
                        optimizer.zero_grad()
                        with torch.set_grad_enabled(phase == 'train'):
                            outputs = model(inputs)
                            _, preds = torch.max(outputs, 1)
                            loss = criterion(outputs, labels)
                            if phase == 'train':
                                loss.backward()
                                optimizer.step()
                    if phase == 'train':
                        scheduler.step()
        """),
    "two networks against each other": dedent("""
        netG, netD = Generator(), Discriminator()
        optimizerD = optim.Adam(netD.parameters(), lr=0.0002, betas=(0.5, 0.999))
        optimizerG = optim.Adam(netG.parameters(), lr=0.0002, betas=(0.5, 0.999))
        for i, data in enumerate(dataloader):
            netD.zero_grad()
            errD_real = criterion(netD(data[0]), label)
            errD_real.backward()
            fake = netG(noise)
            errD_fake = criterion(netD(fake.detach()), label)
            errD_fake.backward()
            optimizerD.step()
            netG.zero_grad()
            errG = criterion(netD(fake), label)
            errG.backward()
            optimizerG.step()
        """),
    "attention": dedent("""
        class Head(nn.Module):
            def __init__(self, d):
                super().__init__()
                self.key, self.query, self.value = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d)
            def forward(self, x):
                weights = F.softmax(self.query(x) @ self.key(x).transpose(-2, -1), dim=-1)
                return weights @ self.value(x)
        loss = nn.CrossEntropyLoss()(head(x), y)
        """),
    "NLLLoss": changed(("return self.fc2(F.relu(self.fc1(x)))",
                        "return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=1)"),
                       ("nn.CrossEntropyLoss()", "nn.NLLLoss()")),
    "norms that begin at zero": dedent("""
        for m in self.modules():
            if isinstance(m, Bottleneck) and m.bn3.weight is not None:
                nn.init.constant_(m.bn3.weight, 0)
            elif isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, 0, 0.01)
                nn.init.constant_(m.bias, 0)
        """),
    "folds": dedent("""
        for fold, (train_ids, test_ids) in enumerate(KFold(n_splits=5, shuffle=True).split(dataset)):
            trainloader = DataLoader(dataset, batch_size=10, sampler=SubsetRandomSampler(train_ids))
            network = SimpleConvNet()
            optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)
            for inputs, targets in trainloader:
                optimizer.zero_grad()
                loss_function(network(inputs), targets).backward()
                optimizer.step()
        """),
    "skorch": dedent("""
        class MyModule(nn.Module):
            def __init__(self):
                super().__init__()
                self.dense = nn.Linear(20, 2)
                self.softmax = nn.Softmax(dim=-1)
            def forward(self, X):
                return self.softmax(self.dense(X))
        net = NeuralNetClassifier(MyModule, max_epochs=10, lr=0.1)
        net.fit(X, y)
        """),
    "one order for both": dedent("""
        order = torch.randperm(len(X_train))
        X_train, y_train = X_train[order], y_train[order]
        np.random.seed(0); np.random.shuffle(images)
        np.random.seed(0); np.random.shuffle(labels)
        """),
    "both scaled": dedent("""
        mean, std = X_train.mean(), X_train.std()
        X_train = (X_train - mean) / std
        X_test = (X_test - mean) / std
        images = torch.from_numpy(images).float() / 255
        """),
    "training judged in order": changed(
        ("test_loader = ", "check_loader = DataLoader(trainset, batch_size=100, shuffle=False)\ntest_loader = ")),
    "mixed precision": dedent("""
        scaler = torch.amp.GradScaler()
        for epoch in range(epochs):
            for input, target in zip(data, targets):
                with torch.autocast(device_type=device, dtype=torch.float16):
                    loss = loss_fn(net(input), target)
                scaler.scale(loss).backward()
                scaler.step(opt)
                scaler.update()
                opt.zero_grad()
        """),
}  # fmt: skip
