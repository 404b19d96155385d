"""A perceptron learns ten classes of pictures: python -m core.clinic.scripts.no_relu"""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

num_epochs = 8
batch_size = 32
learning_rate = 0.01
D_in, H, D_out = 32 * 32 * 3, 128, 10


class MultiLayerFCNet(nn.Module):
    def __init__(self, D_in, H, D_out):
        super().__init__()
        self.linear1 = nn.Linear(D_in, H)
        self.linear2 = nn.Linear(H, H)
        self.linear3 = nn.Linear(H, H)
        self.linear4 = nn.Linear(H, D_out)

    def forward(self, x):
        x = self.linear1(x)
        x = self.linear2(x)
        x = self.linear3(x)
        return self.linear4(x)


criterion = nn.CrossEntropyLoss()


def to_tensor(images):
    images = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())  # (n, 3, 32, 32)
    return images.float() / 255


def normalize(images):
    return (images - 0.5) / 0.5


def load_data(pictures):
    order = np.argsort(pictures.train_labels, kind="stable")  # folder by folder, as ImageFolder reads them
    train_images, train_labels = pictures.train_images[order], pictures.train_labels[order]
    test_images, test_labels = pictures.test_images, pictures.test_labels
    train_set = TensorDataset(normalize(to_tensor(train_images)), torch.tensor(train_labels))
    test_set = TensorDataset(normalize(to_tensor(test_images)), torch.tensor(test_labels))
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=100)
    return train_loader, test_loader


def build():
    model = MultiLayerFCNet(D_in, H, D_out)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)
    return model, optimizer


def forward(model, images):
    return model(images.reshape(-1, 32 * 32 * 3))


def train_step(model, optimizer, images, labels):
    outputs = forward(model, images)
    loss = criterion(outputs, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    _, predicted = torch.max(outputs.data, 1)
    return loss.item(), (predicted == labels).sum().item()


def test(model, test_loader):
    model.eval()
    total_loss, correct, total = 0, 0, 0
    with torch.no_grad():
        for images, labels in test_loader:
            outputs = forward(model, images)
            _, predicted = torch.max(outputs.data, 1)
            total_loss += criterion(outputs, labels).item() * len(labels)
            correct += (predicted == labels).sum().item()
            total += len(labels)
    return total_loss / total, correct / total


def report(epoch, train_loss, train_accuracy, test_loss, test_accuracy):
    print(f"Epoch {epoch}: loss {train_loss:.4f}, test loss {test_loss:.4f}, "
          f"accuracy {100 * train_accuracy:.1f} %, test accuracy {100 * test_accuracy:.1f} %")


def run(pictures, on_batch=lambda loss, correct, n: None, on_epoch=report):
    train_loader, test_loader = load_data(pictures)
    model, optimizer = build()
    for epoch in range(num_epochs):
        model.train()
        total_loss, total_correct, total = 0, 0, 0
        for images, labels in train_loader:
            loss, correct = train_step(model, optimizer, images, labels)
            on_batch(loss, correct, len(labels))
            total_loss += loss * len(labels)
            total_correct += correct
            total += len(labels)
        on_epoch(epoch + 1, total_loss / total, total_correct / total, *test(model, test_loader))


if __name__ == "__main__":
    from core.clinic.pictures import pictures_of

    run(pictures_of("shapes10"))
