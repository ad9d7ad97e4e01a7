"""The second ear: how well is a stretch of sound explained by exactly this phrase, beside anything at all?"""
