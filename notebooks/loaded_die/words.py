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

# Beside an exercise
EXERCISE, ANSWER = "Exercise {}.{}", "answer to exercise {}.{}"
PLACEHOLDER, DECIMALS = "your answer", ", {} decimals"
IN_A_CELL = "Write your answer into the cell below, and run it."
CHECK, HINT, SOLUTION = "Check", "Hint", "Solution"
GIVES = "{}({}) gives {}"

# What an exercise says to an answer
UNANSWERED, RIGHT, WRONG, READ_AS = "Not yet answered.", "Right. {}", "Not yet. {}", "Read as {}. "
TOO_LARGE, TOO_SMALL = "{} is too large.", "{} is too small."
CLOSE = "{} is close. Was something rounded on the way?"
IS_NAN = "NaN is no number. Is there a 0/0, a 0 · ∞ or an ∞ − ∞?"
SHAPE, SINGLE = "{} has the shape {}, and {} is asked.", "a single number"
ENTRIES = "{} has {} of {} entries right. Entry {}: {}"
FOR = "For {}: {}"
NO_NUMBERS = "{} cannot be read as a number or an array of numbers."
CANNOT_READ = "{} cannot be read here. Numbers can, and + − * / ^ %, brackets, and {}, as in log(1/6)."
NO_FUNCTION = "{} is no function: hand over the name of yours, without brackets."
NO_EXERCISE = "there is no exercise {}: their names are the keys of loaded_die.tasks.TASKS"

# The usual mistakes
MINUS = "The sign is turned round: the minus was forgotten."
MINUS_TOO_MANY = "The sign is turned round: there is a minus too many."
BASE_2 = "This is with log to base 2. The natural logarithm, base e, is asked for."
BASE_10 = "This is with log to base 10. The natural logarithm, base e, is asked for."
NATS_FOR_BITS = "This is with the natural logarithm, in nats. Bits, base 2, are asked for."
BASE_10_FOR_BITS = "This is with log to base 10. Bits, base 2, are asked for."
SUM_FOR_MEAN = "This is the sum. The mean is asked for."
MEAN_FOR_SUM = "This is the mean. The sum is asked for."
COUNTS_FOR_FREQUENCIES = "These are counts where frequencies belong: divide by the number of rolls."
NOT_NORMALISED = "As probabilities these would have to add up to 1: divide by their own sum."
OFF_BY_ONE = "The face's index is off by one: faces are numbered from 1, Python's indices from 0."
LOG_OF_SUM = "This is the log of a sum. A sum of logs is asked for: first the logarithm, then the sum."
EXCHANGED = "The two are exchanged: the weights come from the data, the logarithms from the die."
ZERO_LOG_ZERO = "0 · log 0 was left as NaN. It counts as 0: a face that did not come up adds nothing."
EPSILON = "A small number was added inside the logarithm. It hides that the result is infinite."
BASE_2_POWER = "This is with powers of 2. Powers of e are asked for."
TRANSPOSED = "Rows and columns are exchanged: each row is one roll or sample, each column one face."
PER_UNIT = "This is the slope for each unit of the slider. The bar of section 5.1 is asked for."
OVERFLOWS = "e to the power of 1000 overflows: take the largest score off all of them first."
OTHER_SCORE = "It has to be the largest score that is taken off: then no power of e is above 1."
