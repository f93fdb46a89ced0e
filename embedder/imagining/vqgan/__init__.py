"""A VQGAN: pictures as codes of a codebook, and the network that draws them."""
