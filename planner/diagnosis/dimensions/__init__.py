"""The ten dimensions of resource equity, one file each; adding one is adding a file.

Numbers, titles and questions: Alliance for Resource Equity,
https://www.educationresourceequity.org/dimensions and its guidebooks. The questions are in its words or
close to them; the metrics are the computations they plainly ask for.
"""
