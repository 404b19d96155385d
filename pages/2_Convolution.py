"""Question 2: convolution and pooling, one multiply-add at a time."""

from pages.shared.convolution_watch import watch
from pages.shared.frame import frame

lab = frame(
    "Convolution by hand",
    question=2,
    tagline="A small window slides over the image: multiply, add up, write one number. Change any cell.",
)
watch(lab.data)
