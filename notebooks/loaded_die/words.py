"""Every word a reader sees in a widget or a picture: another language is another such file."""

FACES = tuple("⚀⚁⚂⚃⚄⚅")

# Beside the picture
LOSS, LOSS_INFINITE = "loss {} nats", "loss ∞"
SLIDER, SCORE, LOCK = "probability of face {}", "score of face {}", "lock face {}"
FAIR, MATCH, UNDO = "Fair die", "Match the rolls", "Undo"
ROLL_AGAIN, ONE_ROLL, TRUE_CLASS = "Roll again", "The roll", "True class"
SUM, MEAN_OF_ROLLS, SUM_OR_MEAN = "sum", "mean", "sum over the rolls, or mean of a roll"
NATS, BITS, NATS_OR_BITS = "nats", "bits", "unit: nats or bits"
SEQUENCE, COUNTS = "sequence", "counts"
SEQUENCE_OR_COUNTS = "chance of this sequence, or of these counts in any order"
RATE, RATE_SIGN, STEP, START_AGAIN = "learning rate", "η", "Step", "Start again"
PLAY = ["play or pause", "stop"]

# In the picture
LEAST, FAIR_DIE = "least possible", "fair die"
YOUR_DIE, DIE_HERE = "y: your die", "y: the die at this point"
THE_ROLLS, THE_ROLL, THE_CLASS = "f: the {:,} rolls", "t: the roll", "t: the true class"
RUNNING, ROLLED = "share of each face, this die rolled 10,000 times", "rolls so far"
TERMS, TERM = "each face adds t · log y", "{}: {:,} · log {} ≈ {}"
TOTAL, TOTAL_ONE = "log L = {}", "sum = {}"
EACH_ROLL, MEAN = "each roll costs −log y", "mean {}"
CURVE, CURVE_FOR = "what the roll costs, −log y of {}", "y, the probability it was given"
UNSEEN, UNSEEN_COST = "{} new rolls of the fair die", "what they cost, nats"
EXPECTED, FITTED_SIGN, FITTED = "expected {}", "N", "number of rolls that the die is fitted to"
SENTENCE = "each letter costs −log y, nats"
FOLLOWED, NEXT_DIE = "f: what followed {} in the text", "y: the die after {}"
PSEUDO, TEMPERATURE, PLACE_SIGN, PLACE = "pseudo-count", "temperature", "place", "place in the sentence"
SENTENCE_FIELD, SENTENCE_REFUSED = "your sentence", "{}. The sentence from before stays."
SLOPES, RAISE, LOWER = "slope of log L towards each face, t / y − N", "raise →", "← lower"
PARTS = "the loss in two parts: floor and gap"
FLOOR, GAP = "{}H(f), the floor:  {}", "+ {}KL(f ‖ y), the gap:  {}"
CROSS = "= {}H(f, y), the cross-entropy:  {}"
ORDERS, OF_COUNTS = "− {}log of the number of orders:  {}", "= −{}log chance of the counts:  {}"
TIMES, SHARE, N = "{} · ", "1/{} · ", "N"  # N where there is no room for its digits
AXIS_SUM, AXIS_MEAN = "{}, sum of {:,} rolls", "{}, mean of a roll"
PATH, STEPS_SO_FAR, REACHED = "the loss, step by step", "step {}", "{} at step {}"
SCORE_SLOPES = "slope y − f; a step takes η times that"

# What a picture shows, in one line
DESCRIPTION = "Die y = ({}), {}: {}, the least possible is {}."
SOME_ROLLS, ONE_FACE, ONE_CLASS = "{:,} rolls", "one roll, face {}", "the true class is {}"
ADDS_UP, LESS_ORDERS = " In {}, {}: floor {} + gap {} = {}", ", less {} for the orders = {}"
SLOPES_ARE, POINT = " Slopes t/y − N: {}.", " The point is ({})."
UNSEEN_ARE = " {} new fair rolls cost it {} on average, less than the fair die in {:.1%} of {:,} sets."
SCORES = " Step {}, scores z = ({})."

TEXT = (
    "Pseudo-count {:g}, temperature {:g}: {}, {} a letter. The dearest are {}. After {} the likeliest are {}."
)
