"""Every word a reader sees in a widget or a picture: another language is another such file."""

FACES = tuple("⚀⚁⚂⚃⚄⚅")

# Beside the picture
LOSS = "loss {} nats"
LOSS_INFINITE = "loss ∞"
SLIDER = "probability of face {}"
SCORE = "score of face {}"
RATE = "learning rate"
RATE_SIGN = "η"
STEP = "Step"
START_AGAIN = "Start again"
LOCK = "lock face {}"
FAIR = "Fair die"
MATCH = "Match the rolls"
UNDO = "Undo"
ROLL_AGAIN = "Roll again"
ONE_ROLL = "The roll"

# In the picture
LEAST = "least possible"
FAIR_DIE = "fair die"
YOUR_DIE = "y: your die"
THE_ROLLS = "f: the {} rolls"
THE_ROLL = "t: the roll"
RUNNING = "share of each face, this die rolled 10,000 times"
ROLLED = "rolls so far"
TERMS = "each face adds t · log y"
TERM = "{}  {:g} · log {} ≈ {}"
TOTAL = "log L = {}"
TOTAL_ONE = "sum = {}"
EACH_ROLL = "each roll costs −log y"
MEAN = "mean {}"
PATH = "the loss, step by step"
STEPS_SO_FAR = "step {}"
SLOPES = "slope y − f: what a step takes from each score"

# What a picture shows, in one line
DESCRIPTION = "Die y = ({}), {}: {}, the least possible is {}."
SOME_ROLLS = "{} rolls"
ONE_FACE = "one roll, face {}"
SCORES = " Step {}, scores z = ({})."
