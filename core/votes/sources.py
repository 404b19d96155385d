"""Where misconceptions are from: the mistakes that this lab names, publications, and what was measured here."""

NAMED = "A mistake that this lab names"
MEASURED = "Measured here"
OF_CONVOLUTION, OF_SHAPES = "Question 2, Do it yourself", "Question 3, Shape doctor"


def of_convolution(mistake: str) -> str:
    """A key of ``core.convolution.mistakes.HINTS``."""
    return _named(mistake, OF_CONVOLUTION)


def of_shapes(mistake: str) -> str:
    """A key of ``core.exercises.shape_mistakes.HINTS``."""
    return _named(mistake, OF_SHAPES)


def _named(mistake: str, where: str) -> str:
    return f"{NAMED}: {mistake.replace('_', ' ')} ({where})"


def measured(what: str) -> str:
    """What this option's thought gives when it is computed or trained."""
    return f"{MEASURED}: {what}"


COMMON_MISTAKES = "A. Karpathy, Most common neural net mistakes (post of July 2018)"
DEEP_LEARNING = "I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (2016)"
ONE_WEIRD_TRICK = "A. Krizhevsky, One weird trick for parallelizing convolutional neural networks (2014)"
VGG = "K. Simonyan, A. Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition (2015)"
BATCH_NORM = "S. Ioffe, C. Szegedy, Batch Normalization (2015)"
DROPOUT = "N. Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting (2014)"
RESNET = "K. He et al., Deep Residual Learning for Image Recognition (2016)"
ELEMENTS = "T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning (2009), section 7.10.2"
KOHAVI = "R. Kohavi, A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model Selection (1995)"
CAWLEY = "G. Cawley, N. Talbot, On Over-fitting in Model Selection and Subsequent Selection Bias in Performance Evaluation (2010)"  # noqa: E501
SCIKIT_GUIDE = "scikit-learn, User Guide, Cross-validation"
SCIKIT_SEARCH = "scikit-learn, User Guide, Tuning the hyper-parameters of an estimator"
PYTORCH_AUTOGRAD = "PyTorch, Autograd mechanics"
PYTORCH_OPTIM = "PyTorch, torch.optim"
YOSINSKI = "J. Yosinski et al., How transferable are features in deep neural networks? (2014)"
ADAM = "D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization (2015)"
ADAMW = "I. Loshchilov, F. Hutter, Decoupled Weight Decay Regularization (2019)"
MOMENTUM = "I. Sutskever et al., On the importance of initialization and momentum in deep learning (2013)"
BACKPROP = "Y. LeCun et al., Efficient BackProp (1998)"
MARGINAL = "A. Wilson et al., The Marginal Value of Adaptive Gradient Methods in Machine Learning (2017)"
