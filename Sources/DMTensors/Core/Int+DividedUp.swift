extension Int {
    /// The quotient, rounded up, of two numbers that are not negative.
    func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
