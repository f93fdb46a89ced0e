"""One stream of words and a VQGAN's codes, as DALL·E draws: the network, its words and files, how it draws."""
